//! What a policy expects of one member.

/// What a policy expects of a claim or header parameter. Not saying anything has a meaning of its own for
/// each member; see [`JwtPolicyBuilder`](crate::JwtPolicyBuilder).
///
/// ```
/// use josie::Expect;
///
/// assert_eq!(Expect::from("a"), Expect::OneOf(vec!["a".to_owned()]));
/// assert_eq!(Expect::from(["a", "b"]), Expect::OneOf(vec!["a".to_owned(), "b".to_owned()]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expect {
    /// Required, and equal to one of these strings, code point by code point (RFC 7519 section 7.3). For
    /// `aud`: one of the token's values is. For `typ`: equal as a media type.
    OneOf(Vec<String>),
    /// Required, with any value. For `typ`: not looked at.
    Any,
    /// Must not be there.
    Absent,
}

impl Expect {
    /// The strings that are allowed; none for the other two.
    pub(crate) fn allowed(&self) -> &[String] {
        match self {
            Self::OneOf(values) => values,
            Self::Any | Self::Absent => &[],
        }
    }
}

impl From<&str> for Expect {
    fn from(value: &str) -> Self {
        Self::OneOf(vec![value.to_owned()])
    }
}

impl From<String> for Expect {
    fn from(value: String) -> Self {
        Self::OneOf(vec![value])
    }
}

impl<const N: usize> From<[&str; N]> for Expect {
    fn from(values: [&str; N]) -> Self {
        Self::OneOf(values.map(str::to_owned).into())
    }
}

impl From<Vec<String>> for Expect {
    fn from(values: Vec<String>) -> Self {
        Self::OneOf(values)
    }
}
