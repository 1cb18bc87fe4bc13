//! What holds for every request: by enumeration, by random histories, by comparison with a model.

mod cluster;
mod diagram;
mod exhaustive;
mod laws;
mod matrix;
mod model_agreement;
mod properties;
mod seeded_faults;
