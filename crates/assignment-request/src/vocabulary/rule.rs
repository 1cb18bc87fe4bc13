//! The rules of SPEC.md by id, with those that act rather than refuse.

use crate::vocabulary::named::{named, parse_names};

/// Declares the rules once: id, title, source.
macro_rules! rules {
    ($($id:ident $title:literal $source:literal,)+) => {
        named! {
            /// A rule of the specification, SPEC.md in this crate.
            ///
            /// ```
            /// use assignment_request::Rule;
            ///
            /// assert_eq!(Rule::R5.to_string(), "R5");
            /// assert_eq!(Rule::R5.title(), "where a callback may deny or cancel");
            /// assert_eq!(Rule::R5.source(), "S-resume");
            /// ```
            #[non_exhaustive]
            pub enum Rule {
                $(#[doc = $title] $id = stringify!($id),)+
            }
        }

        parse_names!(Rule, exactly);

        impl Rule {
            /// Returns what the rule is about, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$id => $title,)+
                }
            }

            /// Returns where the rule comes from, in the notation of SPEC.md: `S-` for the two reference pages that the
            /// library implements, `G:` for another page of the Graph reference, `E:` for a guide, `D` for a decision
            /// of our own.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self {
                    $(Self::$id => $source,)+
                }
            }
        }
    };
}

rules! {
    T1 "request types" "S-create, CSDL",
    T2 "states" "CSDL",
    T3 "statuses" "G:cancel, S-resume",
    T4 "stages" "CSDL",
    T5 "callout statuses" "CSDL",
    T6 "roles" "D",
    N1 "no clock, no randomness, no IO" "D",
    N2 "a deadline is reached when now >= deadline" "D",
    N3 "time never runs backwards" "D",
    N4 "due deadlines are applied before a command is judged" "D",
    N5 "the next deadline, and Elapse" "D",
    N6 "a refusal stores nothing" "D",
    I1 "a refused command changes nothing" "D",
    I2 "a request is the fold of its events" "D",
    I3 "revisions" "D",
    I4 "the order of checks" "D",
    I5 "derived ids" "D",
    I6 "the route is fixed at submission" "D",
    I7 "one stored form, judged when it is read" "D",
    C1 "the actor's role is the type's initiator" "S-create",
    C2 "what an Add must name" "S-create",
    C3 "targets" "S-create",
    C4 "the existing assignment of an Update or a Remove" "S-create",
    C5 "the request fits the policy" "D",
    C6 "requests for another person" "S-create",
    C7 "self-service" "D",
    C8 "justification" "E:request-approve",
    C9 "schedule" "D",
    C10 "an Update changes something" "D",
    C11 "a Remove carries no answers" "D",
    C12 "answers satisfy section 4" "D",
    C13 "validation only" "G:beta resource",
    C14 "text limits" "D",
    C15 "bypassing the approval" "G:parameters",
    P1 "question ids and choices" "D",
    P2 "patterns and the size of a questionnaire" "D",
    P3 "approval stages" "G:approvalsettings",
    P4 "callback time-outs" "G:customExtensionCallbackConfiguration",
    P5 "the policy's expiration" "D",
    P6 "an extension is given whole, or by reference" "D",
    P7 "no one may ask" "D",
    P8 "a pattern is cheap to match" "D",
    P9 "the size of a policy" "D",
    P10 "durations that set a deadline" "D",
    A1 "an answer names a question of the policy" "D",
    A2 "a stated kind of question agrees" "D",
    A3 "one answer a question" "D",
    A4 "required questions are answered" "D",
    A5 "choices" "S-create",
    A6 "blank answers" "D",
    A7 "single lines" "D",
    A8 "patterns" "D",
    A9 "answers that may not be edited" "D",
    A10 "the order of answer rules" "D",
    W1 "Process" "D",
    W2 "the route of Add and Update" "D",
    W3 "the route of Remove" "D",
    W4 "when approval is required" "D",
    W5 "when delivery begins" "D",
    W6 "no access before every yes" "D",
    W7 "Accepted ends" "D",
    X1 "callouts run one after the other" "D",
    X2 "launch and continue" "E:logic-apps",
    X3 "launch and wait" "E:logic-apps",
    X4 "a callout that could not be made" "D",
    X5 "a callback that did not come" "D",
    X6 "what a failed wait does" "D",
    R1 "stages that can be resumed" "S-resume",
    R2 "the callout and its stage" "S-resume",
    R3 "callouts that are not waited for" "D",
    R4 "late callbacks" "D",
    R5 "where a callback may deny or cancel" "S-resume",
    R6 "an accepted callback" "S-resume",
    R7 "no one resumes their own request" "D",
    V1 "stages run in order" "G:approvalsettings",
    V2 "escalation" "E:approval-policy",
    V3 "no one decided in time" "G:approvalStage",
    V4 "a decision" "G:approvalStage-update",
    V5 "who may decide what" "D",
    Y1 "two kinds of approval stage" "E:dynamic",
    Y2 "stages and settings name each other's extension" "E:dynamic",
    Y3 "an extension that determines a stage is waited for" "E:dynamic",
    Y5 "when a stage is determined" "E:dynamic",
    Y6 "what the answer carries" "G:approvalStageCallbackData",
    Y7 "no decision by default" "D",
    Y8 "what a determined stage must be" "D",
    Y9 "a stage is determined" "D",
    Y10 "approvers are kept as given" "G:approvalStageCallbackData",
    Y11 "the same answer again" "D",
    Y12 "who determined a stage does not decide it" "D",
    Y13 "a determination that fails" "D",
    F1 "an order of fulfillment" "D",
    F2 "reports of delivery" "D",
    F3 "reports that are refused" "D",
    F4 "the completion time" "G:resource",
    F5 "fulfillments that time out" "D",
    K1 "who may cancel" "G:cancel",
    K2 "when cancel is allowed" "G:cancel",
    Q1 "what can be reprocessed" "G:reprocess",
    Q2 "the reprocess window" "G:reprocess",
    Q3 "what is done again" "G:reprocess",
    L1 "what can be deleted" "G:delete",
    J1 "size, depth and syntax" "D",
    J2 "no member twice" "D",
    J3 "kinds of values" "D",
    J4 "unknown members" "D",
    J5 "v1.0 and beta names" "G",
    J6 "names of enum members" "S-create, S-resume",
    J7 "types and stages of a resume" "S-resume",
    J8 "ids" "D",
    J9 "timestamps and durations" "D",
    J10 "names in output" "G",
    J11 "what is written can be read" "D",
    J12 "an error names its place" "D",
    J13 "a body is read before it is judged" "D",
    J14 "an approval stage in a resume" "G:approvalStageCallbackData",
    J15 "a body of another kind" "D",
    J17 "answers are bounded" "D",
    D1 "where a callback may deny" "S-resume, E:logic-apps, G:accessPackageAssignmentRequestCallbackData",
    D2 "a wait that times out" "E:logic-apps",
    D3 "the state while waiting" "D",
    D4 "removal" "D",
    D5 "administrators and approval" "E:request-approve",
    D6 "several choices" "D",
    D7 "whole match" "D",
    D8 "where Granted and Removed run" "E:logic-apps",
    D9 "the existing assignment" "D",
    D10 "determination before all approvals" "E:dynamic",
    D11 "no default approvers and no automatic approval" "D",
    D12 "bypass when asked" "G:parameters",
    D13 "an administrator's update is bounded by the policy" "D",
    D14 "every wait ends" "D",
}
