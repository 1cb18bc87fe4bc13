//! Enumerations whose variants have names.

use core::fmt;

/// The text is not one of a type's names.
///
/// ```
/// use assignment_request::Tier;
///
/// let error = "first".parse::<Tier>().unwrap_err();
/// assert_eq!(error.to_string(), "expected one of: primary, escalation");
/// assert_eq!(error.expected(), ["primary", "escalation"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameError {
    expected: &'static [&'static str],
}

impl NameError {
    /// Creates the error; the macros use it.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(expected: &'static [&'static str]) -> Self {
        Self { expected }
    }

    /// Returns the names of the type.
    #[must_use]
    pub const fn expected(self) -> &'static [&'static str] {
        self.expected
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("expected one of: ")?;
        crate::vocabulary::text::write_list(formatter, self.expected.iter(), ", ", "")
    }
}

impl core::error::Error for NameError {}

/// Declares an enumeration whose variants have names: `ALL`, `NAMES`, `as_str`, `Display`.
#[doc(hidden)]
#[macro_export]
macro_rules! named {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident { $($(#[$variant_attribute:meta])* $variant:ident = $text:expr,)+ }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_attribute])* $variant,)+
        }

        impl $name {
            /// All variants, in the order in which they are declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The names of all variants, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($text),+];

            /// Returns the name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl From<$name> for &'static str {
            fn from(value: $name) -> Self {
                value.as_str()
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.pad(self.as_str())
            }
        }
    };
}

/// Parses the names of a type that [`named`] declares, `in_any_case` of ASCII letters or `exactly`.
#[doc(hidden)]
#[macro_export]
macro_rules! parse_names {
    ($name:ident, in_any_case) => {
        $crate::parse_names!($name, |name: &str, text: &str| name.eq_ignore_ascii_case(text));
    };
    ($name:ident, exactly) => {
        $crate::parse_names!($name, |name: &str, text: &str| name == text);
    };
    ($name:ident, $is_equal:expr) => {
        impl core::str::FromStr for $name {
            type Err = $crate::NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let is_equal = $is_equal;
                let found = Self::ALL.iter().find(|value| is_equal(value.as_str(), text));
                found.copied().ok_or($crate::NameError::new(Self::NAMES))
            }
        }
    };
}

/// Names the variants of an enumeration that carries data: declares a list of the names, and a method that returns one.
macro_rules! name_variants {
    ($name:ident, $list:ident, $method:ident, $what:literal; $($variant:ident = $text:expr,)+) => {
        impl $name {
            #[doc = concat!("The ", $what, "s of all variants, in the order in which they are declared.")]
            pub const $list: &'static [&'static str] = &[$($text),+];

            #[doc = concat!("Returns the ", $what, ".")]
            #[must_use]
            pub const fn $method(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $text,)+
                }
            }
        }
    };
}

/// Declares the kinds of an enumeration that carries data, and its method `kind`.
macro_rules! kinds {
    (
        $(#[$attribute:meta])*
        pub enum $kind:ident of $name:ident { $($variant:ident = $text:expr,)+ }
    ) => {
        named! {
            $(#[$attribute])*
            pub enum $kind {
                $(#[doc = concat!("[`", stringify!($name), "::", stringify!($variant), "`].")] $variant = $text,)+
            }
        }

        impl $name {
            /// Returns the kind, without its content.
            #[must_use]
            pub const fn kind(&self) -> $kind {
                match self {
                    $(Self::$variant { .. } => $kind::$variant,)+
                }
            }
        }
    };
}

pub(crate) use {kinds, name_variants, named, parse_names};
