//! What a type must not be.

/// Does not compile if the type has the trait: which `some` is meant would then be ambiguous.
macro_rules! assert_not {
    ($type:ty, $($trait:tt)+) => {{
        trait Ambiguous<Which> {
            fn some() {}
        }
        impl<T: ?Sized> Ambiguous<()> for T {}
        struct HasTheTrait;
        impl<T: ?Sized + $($trait)+> Ambiguous<HasTheTrait> for T {}
        <$type as Ambiguous<_>>::some();
    }};
}
pub(crate) use assert_not;
