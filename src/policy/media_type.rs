//! Media types, the values of `typ` and `cty`.

/// RFC 7515 section 4.1.9: media types compare without regard to case, and `application/` is implied where
/// there is no other slash.
pub(crate) fn is_same_media_type(left: &str, right: &str) -> bool {
    without_application(left).eq_ignore_ascii_case(without_application(right))
}

fn without_application(media_type: &str) -> &str {
    const PREFIX: &str = "application/";
    match (media_type.get(..PREFIX.len()), media_type.get(PREFIX.len()..)) {
        (Some(prefix), Some(rest))
            if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') =>
        {
            rest
        }
        _ => media_type,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_compare_without_case_and_implied_prefix() {
        for same in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
            assert!(is_same_media_type(same, "at+jwt"), "{same}");
        }
        for other in ["at+jwt ", "text/at+jwt", "application/x/at+jwt", "jwt", "", "application/"] {
            assert!(!is_same_media_type(other, "at+jwt"), "{other}");
        }
    }
}
