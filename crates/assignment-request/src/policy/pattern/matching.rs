//! Matching a whole answer, block by block (rule A8).

use alloc::vec;

use crate::policy::pattern::program::{BLOCK, Boundary, CharacterClass, Part, Program};

/// How many words are stored without an allocation: enough for everyday patterns.
const FEW_WORDS: usize = 64;

/// Returns whether the pattern matches all of `text`.
pub(super) fn is_match(program: &Program, text: &str) -> bool {
    let mut few = [0; FEW_WORDS];
    let mut many;
    let words = if let Some(words) = few.get_mut(..program.words()) {
        words
    } else {
        many = vec![0; program.words()];
        &mut many[..]
    };
    Matching::new(program, words).is_some_and(|mut matching| matching.is_match(program, text))
}

/// The state of a match while it runs the steps of a block.
pub(super) struct Matching<'a> {
    /// For each class, which characters of the block are in it.
    classes: &'a mut [u64],
    /// For each boundary, the places of the block that it matches.
    boundaries: &'a mut [u64],
    /// What the steps store, in the order in which they run. A step over characters stores two bits: whether the
    /// previous block brought it to the start of this block, and whether this block brings it to the start of the next
    /// one.
    slots: &'a mut [u64],
    next_slot: usize,
    is_first_block: bool,
    /// Which of the two bits is for the start of this block: 1 or 2.
    start_of_block: u64,
    /// The rounds through the outermost endlessly repeated group. `None` outside of such a group.
    rounds: Option<Rounds>,
    /// Whether a step reached the start of the next block.
    goes_on: bool,
    #[cfg(test)]
    pub(super) steps: usize,
}

#[derive(Clone, Copy, Debug)]
struct Rounds {
    is_first: bool,
    /// Whether an inner group was left at places from which it has not started again yet.
    has_more: bool,
}

impl<'a> Matching<'a> {
    /// Starts a match. `words` must be zeros, as many as the program stores.
    pub(super) fn new(program: &Program, words: &'a mut [u64]) -> Option<Self> {
        let (classes, words) = words.split_at_mut_checked(program.classes.len())?;
        let (boundaries, slots) = words.split_at_mut_checked(program.boundaries.len())?;
        Some(Self {
            classes,
            boundaries,
            slots,
            next_slot: 0,
            is_first_block: true,
            start_of_block: 1,
            rounds: None,
            goes_on: false,
            #[cfg(test)]
            steps: 0,
        })
    }

    pub(super) fn is_match(&mut self, program: &Program, text: &str) -> bool {
        let mut characters = text.chars();
        let mut last = None;
        loop {
            let mut buffer = ['\0'; BLOCK];
            let places = buffer.iter_mut().zip(characters.by_ref());
            let length = places.map(|(place, character)| *place = character).count();
            let block = buffer.get(..length).unwrap_or_default();
            self.look_up(program, block, last);
            let reached = self.go_through(&program.root, u64::from(self.is_first_block));
            if length < BLOCK {
                return reached >> length & 1 == 1;
            }
            if !self.goes_on {
                return false;
            }
            last = block.last().copied();
            self.go_to_next_block();
        }
    }

    /// Looks up the characters of a block. `last` is the character before them.
    fn look_up(&mut self, program: &Program, block: &[char], last: Option<char>) {
        #[cfg(test)]
        self.count(BLOCK * (1 + program.classes.iter().map(CharacterClass::steps).sum::<usize>()));
        for (found, class) in self.classes.iter_mut().zip(&program.classes) {
            let bits = block.iter().map(|character| u64::from(class.contains(*character)));
            *found = bits.rev().fold(0, |found, bit| found << 1 | bit);
        }
        let is_after_last = |class: &CharacterClass| last.is_some_and(|last| class.contains(last));
        // For a class, the places before its characters and the places after them.
        let around = |index: usize| {
            let (Some(before), Some(class)) = (self.classes.get(index), program.classes.get(index)) else {
                return (0, 0);
            };
            (*before, before << 1 | u64::from(is_after_last(class)))
        };
        let start = u64::from(self.is_first_block);
        let end = if block.len() < BLOCK { 1 << block.len() } else { 0 };
        for (found, boundary) in self.boundaries.iter_mut().zip(&program.boundaries) {
            *found = match *boundary {
                Boundary::Start => start,
                Boundary::End => end,
                Boundary::LineStart { line_feed } => start | around(line_feed).1,
                Boundary::LineEnd { line_feed } => end | around(line_feed).0,
                Boundary::LineStartCrlf { line_feed, carriage_return } => {
                    let (before_line_feed, after_line_feed) = around(line_feed);
                    start | after_line_feed | around(carriage_return).1 & !before_line_feed
                }
                Boundary::LineEndCrlf { line_feed, carriage_return } => {
                    let (before_return, after_return) = around(carriage_return);
                    end | before_return | around(line_feed).0 & !after_return
                }
                Boundary::Word(word) => {
                    let (before, after) = around(word);
                    before ^ after
                }
                Boundary::NotWord(word) => {
                    let (before, after) = around(word);
                    !(before ^ after)
                }
                Boundary::WordStart(word) => {
                    let (before, after) = around(word);
                    before & !after
                }
                Boundary::WordEnd(word) => {
                    let (before, after) = around(word);
                    after & !before
                }
                Boundary::NotAfterWord(word) => !around(word).1,
                Boundary::NotBeforeWord(word) => !around(word).0,
            };
        }
    }

    #[cfg(test)]
    fn count(&mut self, steps: usize) {
        self.steps += steps;
    }

    fn go_to_next_block(&mut self) {
        self.next_slot = 0;
        self.is_first_block = false;
        self.start_of_block ^= 0b11;
        self.goes_on = false;
    }

    /// Returns the places of the block that are reached after `part`, if `entered` are the places before it.
    fn go_through(&mut self, part: &Part, entered: u64) -> u64 {
        #[cfg(test)]
        self.count(1);
        match part {
            Part::Character(class) => self.take_character(*class, entered, false),
            Part::Boundary(boundary) => {
                self.boundaries.get(*boundary).map_or(0, |boundary| boundary & entered)
            }
            Part::Sequence(parts) => {
                parts.iter().fold(entered, |reached, part| self.go_through(part, reached))
            }
            Part::Choice(parts) => {
                parts.iter().fold(0, |reached, part| reached | self.go_through(part, entered))
            }
            Part::Counted { part, least, most, slots } => {
                let mut reached = entered;
                for _ in 0..*least {
                    reached = self.go_through(part, reached);
                }
                let mut all = reached;
                for time in *least..*most {
                    if reached == 0 && self.is_first_block {
                        // Nothing is carried into the first block.
                        self.next_slot += slots * (most - time) as usize;
                        break;
                    }
                    reached = self.go_through(part, reached);
                    all |= reached;
                }
                all
            }
            Part::Endless { part, least } => {
                let mut reached = entered;
                for _ in 1..*least {
                    reached = self.go_through(part, reached);
                }
                let repeated = match &**part {
                    Part::Character(class) => {
                        #[cfg(test)]
                        self.count(1);
                        self.take_character(*class, reached, true)
                    }
                    part => self.repeat(part, reached),
                };
                if *least == 0 { reached | repeated } else { repeated }
            }
        }
    }

    /// Returns the places that are reached over one character of a class or, if it `repeats`, over one or more.
    fn take_character(&mut self, class: usize, entered: u64, repeats: bool) -> u64 {
        let (Some(class), Some(slot)) = (self.classes.get(class), self.slots.get_mut(self.next_slot)) else {
            return 0;
        };
        self.next_slot += 1;
        let carried = u64::from(*slot & self.start_of_block != 0);
        let from = if repeats { spread(entered | carried, *class) } else { entered };
        let taken = from & class;
        let is_carried = taken >> (BLOCK - 1) == 1;
        *slot &= self.start_of_block;
        if is_carried {
            *slot |= self.start_of_block ^ 0b11;
            self.goes_on = true;
        }
        taken << 1 | carried
    }

    /// Returns the places that are reached over a group, taken once or more. Inside another endlessly repeated group,
    /// the group is taken once in each round of the outer group, from all places that were reached so far.
    fn repeat(&mut self, group: &Part, entered: u64) -> u64 {
        let own_slot = self.next_slot;
        if let Some(rounds) = self.rounds {
            let before =
                if rounds.is_first { 0 } else { self.slots.get(own_slot).copied().unwrap_or_default() };
            let starts = before | entered;
            self.next_slot += 1;
            let reached = self.go_through(group, starts);
            if let (Some(slot), Some(rounds)) = (self.slots.get_mut(own_slot), &mut self.rounds) {
                *slot = starts | reached;
                rounds.has_more |= *slot != starts;
            }
            return reached;
        }
        let mut starts = entered;
        let mut is_first = true;
        loop {
            self.rounds = Some(Rounds { is_first, has_more: false });
            self.next_slot = own_slot + 1;
            let reached = self.go_through(group, starts);
            let has_more = self.rounds.take().is_some_and(|rounds| rounds.has_more);
            if starts | reached == starts && !has_more {
                return reached;
            }
            starts |= reached;
            is_first = false;
        }
    }
}

/// Returns the places that are reached from `places` over any number of characters of `class`.
///
/// If characters of the class stand in a row, adding the first carries through the row to the place after it.
const fn spread(places: u64, class: u64) -> u64 {
    ((places & class).wrapping_add(class) ^ class) | places
}
