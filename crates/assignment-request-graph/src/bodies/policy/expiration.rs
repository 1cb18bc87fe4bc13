//! A policy's expiration: `expiration` in v1.0; `durationInDays` and `expirationDateTime` in beta (rule J5).

use assignment_request::{Expiration, ExpirationType, Period, Timestamp};

use crate::bodies::expiration::read_expiration;
use crate::json::reader::Reader;
use crate::vocabulary::error::ReadError;

const EXPIRATION: &str = "expiration";
const DAYS: &str = "durationInDays";
const END: &str = "expirationDateTime";

/// The members about the end of access that have been read so far.
#[derive(Debug, Default)]
pub(super) struct PolicyExpiration {
    expiration: Option<Expiration>,
    days: Option<u32>,
    end: Option<Timestamp>,
}

impl PolicyExpiration {
    /// Reads the value of one of the three members.
    pub(super) fn read_member(&mut self, reader: &mut Reader<'_>, name: &str) -> Result<(), ReadError> {
        match name {
            DAYS => {
                self.days = reader.count()?;
                if self.end.is_some() && self.duration().is_some() {
                    return Err(reader.conflict(END));
                }
            }
            END => {
                self.end = reader.timestamp()?;
                if self.end.is_some() && self.duration().is_some() {
                    return Err(reader.conflict(DAYS));
                }
            }
            _ => {
                self.expiration = read_expiration(reader)?.map(|members| members.expiration());
            }
        }
        match (self.expiration, self.beta()) {
            (Some(expiration), Some(beta)) if expiration != beta => {
                let beta_name = if self.end.is_some() { END } else { DAYS };
                Err(reader.conflict(if name == EXPIRATION { beta_name } else { EXPIRATION }))
            }
            _ => Ok(()),
        }
    }

    /// Returns the expiration that all members together describe.
    pub(super) fn finish(&self) -> Expiration {
        self.beta().or(self.expiration).unwrap_or_default()
    }

    /// Returns the expiration of the beta members, if they describe one.
    fn beta(&self) -> Option<Expiration> {
        let none = Expiration::default();
        match (self.end, self.duration()) {
            (Some(end), _) => {
                Some(Expiration { kind: ExpirationType::AfterDateTime, end: Some(end), ..none })
            }
            (None, Some(duration)) => {
                Some(Expiration { kind: ExpirationType::AfterDuration, duration: Some(duration), ..none })
            }
            (None, None) => None,
        }
    }

    /// Returns the duration from `durationInDays`. Zero days are written for durations of hours and for access without
    /// an end, so they mean nothing.
    fn duration(&self) -> Option<Period> {
        self.days.filter(|days| *days > 0).map(Period::from_days)
    }
}
