//! Microsoft Graph shapes.
