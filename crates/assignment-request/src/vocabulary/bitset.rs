//! Sets of the values of a small type, with one bit for each value.

/// Declares a set of the values of a vocabulary type. It is a macro because a `const fn` cannot call the methods of a
/// trait.
macro_rules! bitset {
    ($(#[$documentation:meta])* $set:ident($bits:ty) of $member:ident, $separator:literal, $none:literal) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $set($bits);

        impl $set {
            /// Returns the set of the given members.
            #[must_use]
            pub const fn of(members: &[$member]) -> Self {
                let mut bits = 0;
                let mut rest = members;
                while let [first, tail @ ..] = rest {
                    bits |= Self::bit(*first);
                    rest = tail;
                }
                Self(bits)
            }

            /// Returns whether the set contains `member`.
            #[must_use]
            pub const fn contains(self, member: $member) -> bool {
                self.0 & Self::bit(member) != 0
            }

            /// Returns whether the set is empty.
            #[must_use]
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            #[doc = concat!("What is in it, in the order of [`", stringify!($member), "`].")]
            pub fn iter(self) -> impl Iterator<Item = $member> {
                let all = $member::ALL.iter().copied();
                all.filter(move |member| self.contains(*member))
            }

            const fn bit(member: $member) -> $bits {
                1 << member as u8
            }
        }

        impl FromIterator<$member> for $set {
            fn from_iter<I: IntoIterator<Item = $member>>(members: I) -> Self {
                Self(members.into_iter().fold(0, |bits, member| bits | Self::bit(member)))
            }
        }

        impl core::fmt::Debug for $set {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.debug_set().entries(self.iter()).finish()
            }
        }

        #[doc = concat!("Writes the members, separated by `", $separator, "`; `", $none, "` for the empty set.")]
        impl core::fmt::Display for $set {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                crate::vocabulary::text::write_list(formatter, self.iter(), $separator, $none)
            }
        }
    };
}

pub(crate) use bitset;
