//! A pattern as steps over blocks of 64 characters (rule P8).
//!
//! A word of 64 bits is a set of places in a block: bit `i` is the place before the block's character `i`. A step takes
//! the places that are reached before a part of the pattern and returns the places that are reached after it, for all
//! places of the block at once. So the number of steps for a block depends only on the pattern, and the time of a match
//! is linear in the length of the answer, for every answer.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// How many characters a block has.
pub(super) const BLOCK: usize = 64;

/// Returns the largest number of rounds that a block's steps take through an endlessly repeated group, if each
/// repetition takes at least `characters` characters.
///
/// Each round but the last adds a place of the block at which the group starts again, and these places are at least
/// `characters` apart. If the group contains other endlessly repeated groups, these take their rounds at the same time,
/// and the places may be next to each other.
const fn rounds(characters: usize) -> usize {
    let characters = if characters == 0 { 1 } else { characters };
    (BLOCK - 1) / characters + 2
}

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) root: Part,
    pub(super) boundaries: Box<[Boundary]>,
    pub(super) classes: Box<[CharacterClass]>,
    /// How many words the steps store for the next step or the next block.
    slots: usize,
    /// The largest number of steps for a block.
    steps: usize,
    /// How many bytes the program takes.
    memory: usize,
}

/// A part of a pattern.
#[derive(Debug)]
pub(super) enum Part {
    /// A character of the class with this index.
    Character(usize),
    /// The boundary with this index.
    Boundary(usize),
    /// All parts, one after another.
    Sequence(Box<[Part]>),
    /// One of the parts.
    Choice(Box<[Part]>),
    /// The part, from `least` to `most` times. Each repetition has its own slots.
    Counted { part: Box<Part>, least: u32, most: u32, slots: usize },
    /// The part, `least` times or more. The last repetition stands for all further ones.
    Endless { part: Box<Part>, least: u32 },
}

/// A boundary between two characters, with the indexes of the classes that decide whether it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Boundary {
    Start,
    End,
    LineStart { line_feed: usize },
    LineEnd { line_feed: usize },
    LineStartCrlf { line_feed: usize, carriage_return: usize },
    LineEndCrlf { line_feed: usize, carriage_return: usize },
    Word(usize),
    NotWord(usize),
    WordStart(usize),
    WordEnd(usize),
    NotAfterWord(usize),
    NotBeforeWord(usize),
}

/// A set of characters.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CharacterClass {
    /// In order, with gaps between them.
    ranges: Box<[(char, char)]>,
    /// The ASCII characters, one bit for each.
    ascii: u128,
}

impl CharacterClass {
    fn new(ranges: impl Iterator<Item = (char, char)>) -> Self {
        let ranges: Box<[_]> = ranges.collect();
        let characters = ranges.iter().flat_map(|(first, last)| *first..=*last);
        let ascii = characters.take_while(char::is_ascii).fold(0, |set, character| set | bit(character));
        Self { ranges, ascii }
    }

    fn one(character: char) -> Self {
        Self::new(core::iter::once((character, character)))
    }

    pub(super) fn contains(&self, character: char) -> bool {
        if character.is_ascii() {
            return self.ascii & bit(character) != 0;
        }
        let candidates = self.ranges.partition_point(|(first, _)| *first <= character);
        let range = candidates.checked_sub(1).and_then(|index| self.ranges.get(index));
        range.is_some_and(|(_, last)| character <= *last)
    }

    /// Returns how many steps it takes to look up a character: one, and one for each halving of the ranges.
    pub(super) fn steps(&self) -> usize {
        self.ranges.len().checked_ilog2().map_or(1, |halvings| halvings as usize + 2)
    }
}

/// Returns the bit of an ASCII character.
const fn bit(character: char) -> u128 {
    1 << (character as u32 & 0x7f)
}

impl Program {
    /// Compiles a parsed pattern.
    pub(super) fn compile(hir: &Hir) -> Self {
        let mut compiler = Compiler::default();
        let (root, cost) = compiler.part(hir);
        let mut classes: Vec<_> = compiler.classes.into_iter().collect();
        classes.sort_unstable_by_key(|(_, index)| *index);
        let classes: Box<[_]> = classes.into_iter().map(|(class, _)| class).collect();
        let lookups = classes.iter().map(CharacterClass::steps).sum::<usize>();
        let boundaries: Box<[_]> = compiler.boundaries.into_iter().map(|(_, boundary)| boundary).collect();
        let ranges = classes.iter().map(|class| size_of_val(&*class.ranges)).sum::<usize>();
        Self {
            slots: cost.slots,
            steps: lookups.saturating_add(1).saturating_mul(BLOCK).saturating_add(cost.steps),
            memory: cost
                .parts
                .saturating_mul(size_of::<Part>())
                .saturating_add(size_of_val(&*classes))
                .saturating_add(ranges)
                .saturating_add(size_of_val(&*boundaries)),
            root,
            boundaries,
            classes,
        }
    }

    /// Returns the largest number of steps that it takes to match an answer of `bytes` bytes.
    pub(super) const fn steps(&self, bytes: usize) -> usize {
        // The place after the last character is in a block too.
        self.steps.saturating_mul(bytes / BLOCK + 1)
    }

    /// Returns how many words a match stores.
    pub(super) fn words(&self) -> usize {
        self.slots.saturating_add(self.classes.len()).saturating_add(self.boundaries.len())
    }

    /// Returns how many bytes the program and a match with it take.
    pub(super) fn memory(&self) -> usize {
        self.memory.saturating_add(self.words().saturating_mul(size_of::<u64>()))
    }
}

/// The cost of a part.
#[derive(Clone, Copy, Debug)]
struct Cost {
    /// Steps for a block.
    steps: usize,
    /// Steps for a round through an endlessly repeated group.
    steps_of_round: usize,
    /// Slots, as in [`Program::slots`].
    slots: usize,
    /// How many parts there are, including the part itself.
    parts: usize,
    /// The smallest number of characters that the part takes.
    characters: usize,
    /// Whether the part contains an endlessly repeated group.
    has_rounds: bool,
}

impl Cost {
    const STEP: Self =
        Self { steps: 1, steps_of_round: 1, slots: 0, parts: 1, characters: 0, has_rounds: false };
    const CHARACTER: Self = Self { slots: 1, characters: 1, ..Self::STEP };

    const fn and(self, other: Self) -> Self {
        Self {
            steps: self.steps.saturating_add(other.steps),
            steps_of_round: self.steps_of_round.saturating_add(other.steps_of_round),
            slots: self.slots.saturating_add(other.slots),
            parts: self.parts.saturating_add(other.parts),
            characters: self.characters.saturating_add(other.characters),
            has_rounds: self.has_rounds || other.has_rounds,
        }
    }

    /// Returns the cost of taking the same part `times` times. How many characters it takes at least is not counted.
    const fn times(self, times: u32) -> Self {
        Self {
            steps: self.steps.saturating_mul(times as usize),
            steps_of_round: self.steps_of_round.saturating_mul(times as usize),
            slots: self.slots.saturating_mul(times as usize),
            ..self
        }
    }
}

#[derive(Debug, Default)]
struct Compiler {
    classes: BTreeMap<CharacterClass, usize>,
    /// Each boundary with the parser's name for it.
    boundaries: Vec<(Look, Boundary)>,
}

impl Compiler {
    fn part(&mut self, hir: &Hir) -> (Part, Cost) {
        match hir.kind() {
            HirKind::Empty => (Part::Sequence(Box::default()), Cost::STEP),
            // The parser returns only UTF-8.
            HirKind::Literal(literal) => self.literal(&String::from_utf8_lossy(&literal.0)),
            HirKind::Class(class) => (Part::Character(self.class(class)), Cost::CHARACTER),
            HirKind::Look(look) => (Part::Boundary(self.boundary(*look)), Cost::STEP),
            HirKind::Repetition(repetition) => self.repetition(repetition),
            HirKind::Capture(capture) => self.part(&capture.sub),
            HirKind::Concat(parts) => {
                let (parts, costs) = self.parts(parts);
                (Part::Sequence(parts), costs.into_iter().fold(Cost::STEP, Cost::and))
            }
            HirKind::Alternation(parts) => {
                let (parts, costs) = self.parts(parts);
                let characters = costs.iter().map(|cost| cost.characters).min().unwrap_or_default();
                let cost = costs.into_iter().fold(Cost::STEP, Cost::and);
                (Part::Choice(parts), Cost { characters, ..cost })
            }
        }
    }

    fn parts(&mut self, hirs: &[Hir]) -> (Box<[Part]>, Vec<Cost>) {
        let (parts, costs): (Vec<_>, _) = hirs.iter().map(|hir| self.part(hir)).unzip();
        (parts.into(), costs)
    }

    fn literal(&mut self, text: &str) -> (Part, Cost) {
        let mut classes = Vec::new();
        for character in text.chars() {
            classes.push(self.index(CharacterClass::one(character)));
        }
        if let [class] = *classes {
            return (Part::Character(class), Cost::CHARACTER);
        }
        let cost = classes.iter().fold(Cost::STEP, |cost, _| cost.and(Cost::CHARACTER));
        (Part::Sequence(classes.into_iter().map(Part::Character).collect()), cost)
    }

    fn repetition(&mut self, repetition: &Repetition) -> (Part, Cost) {
        let least = repetition.min;
        let (part, once) = self.part(&repetition.sub);
        let characters = once.characters.saturating_mul(least as usize);
        let (part, cost) = if let Some(most) = repetition.max {
            let part = Part::Counted { part: part.into(), least, most, slots: once.slots };
            (part, once.times(most).and(Cost::STEP))
        } else {
            let round = once.steps_of_round.saturating_add(1);
            let endless = match part {
                // A row of characters takes one step.
                Part::Character(_) => Cost { steps: round, steps_of_round: round, ..once },
                Part::Boundary(_)
                | Part::Sequence(_)
                | Part::Choice(_)
                | Part::Counted { .. }
                | Part::Endless { .. } => Cost {
                    steps: round.saturating_mul(rounds(if once.has_rounds { 1 } else { once.characters })),
                    steps_of_round: round,
                    slots: once.slots.saturating_add(1),
                    has_rounds: true,
                    ..once
                },
            };
            let cost = once.times(least.saturating_sub(1)).and(Cost { parts: 1, ..endless });
            (Part::Endless { part: part.into(), least }, cost)
        };
        (part, Cost { characters, ..cost })
    }

    fn boundary(&mut self, look: Look) -> usize {
        if let Some(known) = self.boundaries.iter().position(|(known, _)| *known == look) {
            return known;
        }
        let boundary = match look {
            Look::Start => Boundary::Start,
            Look::End => Boundary::End,
            Look::StartLF => Boundary::LineStart { line_feed: self.line_feed() },
            Look::EndLF => Boundary::LineEnd { line_feed: self.line_feed() },
            Look::StartCRLF => Boundary::LineStartCrlf {
                line_feed: self.line_feed(),
                carriage_return: self.index(CharacterClass::one('\r')),
            },
            Look::EndCRLF => Boundary::LineEndCrlf {
                line_feed: self.line_feed(),
                carriage_return: self.index(CharacterClass::one('\r')),
            },
            Look::WordAscii => Boundary::Word(self.ascii_word()),
            Look::WordUnicode => Boundary::Word(self.word()),
            Look::WordAsciiNegate => Boundary::NotWord(self.ascii_word()),
            Look::WordUnicodeNegate => Boundary::NotWord(self.word()),
            Look::WordStartAscii => Boundary::WordStart(self.ascii_word()),
            Look::WordStartUnicode => Boundary::WordStart(self.word()),
            Look::WordEndAscii => Boundary::WordEnd(self.ascii_word()),
            Look::WordEndUnicode => Boundary::WordEnd(self.word()),
            Look::WordStartHalfAscii => Boundary::NotAfterWord(self.ascii_word()),
            Look::WordStartHalfUnicode => Boundary::NotAfterWord(self.word()),
            Look::WordEndHalfAscii => Boundary::NotBeforeWord(self.ascii_word()),
            Look::WordEndHalfUnicode => Boundary::NotBeforeWord(self.word()),
        };
        self.boundaries.push((look, boundary));
        self.boundaries.len() - 1
    }

    fn line_feed(&mut self) -> usize {
        self.index(CharacterClass::one('\n'))
    }

    fn ascii_word(&mut self) -> usize {
        self.parsed(r"(?-u:\w)")
    }

    fn word(&mut self) -> usize {
        self.parsed(r"\w")
    }

    /// Returns the index of the class that `pattern` describes.
    fn parsed(&mut self, pattern: &str) -> usize {
        if let Ok(hir) = regex_syntax::parse(pattern)
            && let HirKind::Class(class) = hir.kind()
        {
            self.class(class)
        } else {
            self.index(CharacterClass::new(core::iter::empty()))
        }
    }

    fn class(&mut self, class: &Class) -> usize {
        self.index(match class {
            Class::Unicode(class) => {
                CharacterClass::new(class.iter().map(|range| (range.start(), range.end())))
            }
            // The parser returns no bytes beyond ASCII.
            Class::Bytes(class) => {
                CharacterClass::new(class.iter().map(|range| (range.start().into(), range.end().into())))
            }
        })
    }

    fn index(&mut self, class: CharacterClass) -> usize {
        let next = self.classes.len();
        *self.classes.entry(class).or_insert(next)
    }
}
