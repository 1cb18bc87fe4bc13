//! The questions for a solver: does every promise hold at first, and does every step keep it?

use std::fmt::Write as _;

use super::logic::Logic;
use super::promises;
use super::smt::{AnyLists, Smt, Truth};
use super::state::{Input, Named, Policy, Scene, State, Watched};
use super::steps::{Guard, Kind, Step, When};

/// A script of SMT-LIB 2. The solver answers each question with `unsat` if the promise is kept.
#[derive(Debug, Default)]
pub struct Script {
    pub text: String,
    pub questions: Vec<Question>,
}

/// Whether a promise is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// By which step. `None`: by the submission.
    pub kind: Option<Kind>,
    pub promise: &'static str,
}

/// Guards that promises make redundant. They stay, because the machine has them.
pub const IMPLIED: &[(Kind, &str)] = &[
    // A request that has ended has no deadline (W7).
    (Kind::Reprocess, "no deadline is due"),
];

/// The constants of one step.
struct Constants {
    policy: Policy<Smt>,
    lists: AnyLists,
    watched: Watched<Smt>,
    state: State<Smt>,
    input: Input<Smt>,
    next: State<Smt>,
}

impl Constants {
    fn declare(script: &mut String) -> Self {
        Self {
            policy: Policy::declare("policy", script),
            lists: AnyLists::declare(script),
            watched: Watched::declare("watched", script),
            state: State::declare("state", script),
            input: Input::declare("input", script),
            next: State::declare("next", script),
        }
    }

    fn scene<'a>(&'a self, state: &'a State<Smt>) -> Scene<'a, Smt> {
        let Self { policy, lists, watched, input, .. } = self;
        Scene { policy, lists, watched, state, input }
    }
}

fn assert(term: Truth, script: &mut String) {
    let _ = writeln!(script, "(assert {term})");
}

fn assert_all(terms: &[Named<Smt>], script: &mut String) {
    for (name, term) in terms {
        let _ = writeln!(script, "; {name}");
        assert(*term, script);
    }
}

/// The next state is this one.
fn assert_next(next: &State<Smt>, is: &State<Smt>, script: &mut String) {
    for ((_, constant), (_, term)) in next.members().iter().zip(is.members()) {
        let _ = writeln!(script, "(assert (= {constant} {term}))");
    }
}

impl Script {
    fn begin() -> (Self, Constants) {
        let mut script = Self::default();
        script.text.push_str("(set-logic ALL)\n");
        let constants = Constants::declare(&mut script.text);
        (script, constants)
    }

    /// All promises, at first and of every step.
    pub fn proof() -> Self {
        let (mut script, constants) = Self::begin();
        script.of_submission(&constants);
        for kind in Kind::ALL {
            script.push();
            let promises = script.of_step(&constants, *kind, &|_| true);
            for (promise, holds) in promises {
                script.ask(Some(*kind), promise, holds);
            }
            script.pop();
        }
        script
    }

    /// Whether a request that must move on can: inside a command, and when a deadline is due, there is a step, and only
    /// one. So a run of time-outs, which ends (N4), ends at rest. The solver answers each question with `unsat`.
    pub fn progress() -> Self {
        let (mut script, constants) = Self::begin();
        let scene = constants.scene(&constants.state);
        for facts in [scene.policy_facts(), scene.input_facts(), promises::of_states(scene)] {
            assert_all(&facts, &mut script.text);
        }
        let is_enabled = |kind: Kind| {
            let guards = kind.take(scene).guards;
            guards.iter().fold(kind.is_in_time(scene), |all, guard| all & guard.holds)
        };
        let kinds: Vec<_> = Kind::ALL.iter().filter(|kind| kind.when() != When::Command).collect();
        let any = kinds.iter().fold(Smt::truth(false), |any, kind| any | is_enabled(**kind));
        let must = constants.state.is_moving() | scene.is_due();
        script.ask(None, "a request that must move on can", Smt::implies(must, any));
        for (number, kind) in kinds.iter().enumerate() {
            for other in kinds.iter().skip(number + 1) {
                let both = is_enabled(**kind) & is_enabled(**other);
                script.ask(Some(**kind), "no other step can be taken instead", !both);
            }
        }
        script
    }

    /// Whether each step can be taken at all from a state in which the promises hold: then they are not kept for want of
    /// steps. The solver answers each question with `sat`.
    pub fn not_vacuous() -> Self {
        let (mut script, constants) = Self::begin();
        for kind in Kind::ALL {
            script.push();
            script.of_step(&constants, *kind, &|_| true);
            script.ask(Some(*kind), "it can be taken", Smt::truth(false));
            script.pop();
        }
        script
    }

    /// Whether all promises are kept, once for each guard, without that guard. The answer to each question is `sat`.
    pub fn without_each_guard() -> (Self, Vec<(Kind, Guard<Smt>)>) {
        let (mut script, constants) = Self::begin();
        let mut left_out = Vec::new();
        for kind in Kind::ALL {
            for (number, guard) in kind.take(constants.scene(&constants.state)).guards.iter().enumerate() {
                left_out.push((*kind, *guard));
                script.push();
                let promises = script.of_step(&constants, *kind, &|index| index != number);
                let all = promises.iter().fold(Smt::truth(true), |all, (_, holds)| all & *holds);
                script.ask(Some(*kind), guard.name, all);
                script.pop();
            }
        }
        (script, left_out)
    }

    fn push(&mut self) {
        self.text.push_str("(push)\n");
    }

    fn pop(&mut self) {
        self.text.push_str("(pop)\n");
    }

    fn ask(&mut self, kind: Option<Kind>, promise: &'static str, holds: Truth) {
        self.push();
        let _ = writeln!(self.text, "; {kind:?}: {promise}");
        assert(!holds, &mut self.text);
        self.text.push_str("(check-sat)\n");
        self.pop();
        self.questions.push(Question { kind, promise });
    }

    /// The promises of a submission.
    fn of_submission(&mut self, constants: &Constants) {
        let Constants { policy, state, input, next, .. } = constants;
        self.push();
        let first = policy.submitted(input.now, state.is_target_known, state.target);
        assert_next(next, &first, &mut self.text);
        let scene = constants.scene(next);
        assert_all(&scene.policy_facts(), &mut self.text);
        assert_all(&scene.input_facts(), &mut self.text);
        for (promise, holds) in promises::of_states(scene) {
            self.ask(None, promise, holds);
        }
        self.pop();
    }

    /// States what is known of a step, with the guards that are kept, and returns what it must keep.
    fn of_step(
        &mut self,
        constants: &Constants,
        kind: Kind,
        is_kept: &dyn Fn(usize) -> bool,
    ) -> Vec<Named<Smt>> {
        let Constants { state, next, .. } = constants;
        let (scene, after) = (constants.scene(state), constants.scene(next));
        let script = &mut self.text;
        let _ = writeln!(script, "; {kind:?}");
        assert_all(&scene.policy_facts(), script);
        assert_all(&scene.input_facts(), script);
        assert_all(&promises::of_states(scene), script);
        let Step { guards, next: reached } = kind.take(scene);
        for (_, Guard { rule, name, holds }) in guards.iter().enumerate().filter(|(index, _)| is_kept(*index))
        {
            let _ = writeln!(script, "; {rule} {name}");
            assert(*holds, script);
        }
        assert(kind.is_in_time(scene), script);
        assert_next(next, &reached, script);
        assert_all(&after.policy_facts(), script);
        let mut promises = promises::of_states(after);
        promises.extend(promises::of_steps(scene, kind, next));
        promises
    }
}
