//! The cost of reading the classes of a pattern (rule P8).

use core::convert::Infallible;

use regex_syntax::ast::{self, Ast, ClassSetBinaryOp, ClassSetItem, Flag, Flags, Visitor};
use regex_syntax::hir::translate::Translator;
use regex_syntax::hir::{Class, ClassUnicodeRange, HirKind};

/// The cost of a named class, such as `\w` or `\p{Greek}`, which consists of hundreds of ranges.
const NAMED_CLASS: usize = 10_000;
/// About how many characters differ from others only in case, and the cost of each in addition to its lookup.
const CASED_CHARACTERS: usize = 3_000;
const CASED_CHARACTER: usize = 8;
/// How many characters a class can have.
const ALL_CHARACTERS: usize = char::MAX as usize + 1;

/// Returns the cost of reading the classes of a pattern, in steps of a few nanoseconds.
///
/// Each named class costs a fixed number. If the pattern ignores case, each character of a class is looked up once for
/// each class that contains it.
pub(super) fn steps(text: &str, pattern: &Ast) -> usize {
    let reading = Reading { text, ignores_case: false, depth: 1, steps: 0 };
    let Ok(steps) = ast::visit(pattern, reading);
    steps
}

struct Reading<'a> {
    text: &'a str,
    /// Whether any flag so far ignores case, even if that flag no longer applies here.
    ignores_case: bool,
    /// How many classes contain the current item.
    depth: usize,
    steps: usize,
}

impl Reading<'_> {
    fn flags(&mut self, flags: Option<&Flags>) {
        self.ignores_case |= flags.and_then(|flags| flags.flag_state(Flag::CaseInsensitive)) == Some(true);
    }

    /// Counts a named class. `class` returns it as a pattern of its own.
    fn named(&mut self, class: impl FnOnce() -> Ast) {
        self.add(NAMED_CLASS);
        if self.ignores_case {
            // A class that cannot be read is refused soon after.
            if let Ok(hir) = Translator::new().translate(self.text, &class())
                && let HirKind::Class(Class::Unicode(class)) = hir.kind()
            {
                self.characters(class.iter().map(ClassUnicodeRange::len).sum());
            }
        }
    }

    fn characters(&mut self, count: usize) {
        if self.ignores_case {
            let cased = count.min(CASED_CHARACTERS).saturating_mul(CASED_CHARACTER);
            self.add(count.saturating_add(cased).saturating_mul(self.depth));
        }
    }

    fn add(&mut self, steps: usize) {
        self.steps = self.steps.saturating_add(steps);
    }
}

impl Visitor for Reading<'_> {
    type Output = usize;
    type Err = Infallible;

    fn finish(self) -> Result<usize, Infallible> {
        Ok(self.steps)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Infallible> {
        match ast {
            Ast::Flags(set) => self.flags(Some(&set.flags)),
            Ast::Group(group) => self.flags(group.flags()),
            Ast::ClassUnicode(class) => self.named(|| Ast::ClassUnicode(class.clone())),
            Ast::ClassPerl(class) => self.named(|| Ast::ClassPerl(class.clone())),
            Ast::Empty(_)
            | Ast::Literal(_)
            | Ast::Dot(_)
            | Ast::Assertion(_)
            | Ast::ClassBracketed(_)
            | Ast::Repetition(_)
            | Ast::Alternation(_)
            | Ast::Concat(_) => {}
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Infallible> {
        match item {
            ClassSetItem::Unicode(class) => self.named(|| Ast::class_unicode(class.clone())),
            ClassSetItem::Perl(class) => self.named(|| Ast::class_perl(class.clone())),
            ClassSetItem::Range(range) => {
                self.characters((range.end.c as usize).saturating_sub(range.start.c as usize));
            }
            ClassSetItem::Bracketed(class) => {
                // A negated class may contain every character.
                self.characters(if class.negated { ALL_CHARACTERS } else { 0 });
                self.depth += 1;
            }
            ClassSetItem::Empty(_)
            | ClassSetItem::Literal(_)
            | ClassSetItem::Ascii(_)
            | ClassSetItem::Union(_) => {}
        }
        Ok(())
    }

    fn visit_class_set_item_post(&mut self, item: &ClassSetItem) -> Result<(), Infallible> {
        self.depth -= usize::from(matches!(item, ClassSetItem::Bracketed(_)));
        Ok(())
    }

    fn visit_class_set_binary_op_pre(&mut self, _: &ClassSetBinaryOp) -> Result<(), Infallible> {
        self.depth += 1;
        Ok(())
    }

    fn visit_class_set_binary_op_post(&mut self, _: &ClassSetBinaryOp) -> Result<(), Infallible> {
        self.depth -= 1;
        Ok(())
    }
}
