//! JSON as clients write it: members in any order, and escapes where none are needed.

use fastrand::Rng;

/// A value to be written.
pub enum Json {
    /// Written as it is: numbers, booleans, null, and texts that need no escape.
    Bare(String),
    /// A text.
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    pub fn null() -> Self {
        Self::Bare("null".to_owned())
    }

    /// Returns a text of characters that need no escape, such as ids and names.
    pub fn plain(text: impl std::fmt::Display) -> Self {
        Self::Bare(format!("\"{text}\""))
    }

    /// Writes the value without white space. `random` chooses the order of each object's members.
    pub fn write(self, random: &mut Rng, out: &mut String) {
        match self {
            Self::Bare(text) => out.push_str(&text),
            Self::Text(text) => write_text(&text, out),
            Self::Array(items) => {
                out.push('[');
                for (index, item) in items.into_iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(random, out);
                }
                out.push(']');
            }
            Self::Object(mut members) => {
                random.shuffle(&mut members);
                out.push('{');
                for (index, (name, value)) in members.into_iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write(random, out);
                }
                out.push('}');
            }
        }
    }
}

/// Writes a text as JSON, with as few escapes as possible.
fn write_text(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).expect("a text can be written"));
}
