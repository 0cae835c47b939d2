//! The answer to “may P do O on R”: yes or no, by which rule, which rule was probably meant, and every other operation beside it.

use crate::components::{
    copy::Code,
    icon::{Icon, icon_small, sized},
};
use leptos::prelude::*;
use penstock_domain::{
    acl::{self, Answer, Because, Miss, Nearest, Operation, PatternType, Question, ResourceType},
    user::{may::MayAnswer, words},
};

/// The answer; `other` is the address of the same question about another operation.
pub(super) fn view(answer: &MayAnswer, other: impl Fn(Operation) -> String) -> AnyView {
    let (class, glyph, tone) = match answer.answer.allowed {
        Some(true) => ("answer yes", Icon::CircleCheck, "i c-ok"),
        Some(false) => ("answer no", Icon::OctagonX, "i c-bad"),
        None => ("answer", Icon::CircleHelp, "i t3"),
    };
    let word = match answer.answer.allowed {
        Some(true) => "Yes.",
        Some(false) => "No.",
        None => "Nobody can tell.",
    };
    let nearest = answer.nearest.as_ref().map(near);
    // One correction is enough to copy.
    let corrected = answer
        .nearest
        .as_ref()
        .is_some_and(|nearest| nearest.corrected.is_some());
    let grant = answer.grant.clone().filter(|_| !corrected);
    let asked = answer.question.operation;
    let cells = answer
        .operations
        .iter()
        .map(|one| operation(one.operation, &one.answer, asked, &other))
        .collect_view();
    let about = format!("Every operation on {}", resource(&answer.question));
    view! {
        <div class=class role="status">
            <p class="say">{sized(glyph, tone)}<span><b>{word}</b>" "{because(&answer.question, &answer.answer)}</span></p>
            {answer.answer.hosts.then(|| view! {
                <p class="say t2">{sized(Icon::Info, "i t3")}<span>"From some host that a rule names the answer is the other one; give the host to ask about it."</span></p>
            })}
            {nearest}
            {grant.map(|grant| yaml("This entry of spec.authorization.acls makes it a yes, and nothing more:", grant))}
        </div>
        <div class="ops" role="group" aria-label=about>{cells}</div>
    }
    .into_any()
}

fn operation(
    operation: Operation,
    answer: &Answer,
    asked: Operation,
    other: &impl Fn(Operation) -> String,
) -> AnyView {
    let (class, glyph, spoken) = match answer.allowed {
        Some(true) => ("y", Icon::Check, "yes, "),
        Some(false) => ("n", Icon::X, "no, "),
        None => ("n", Icon::CircleHelp, "not known, "),
    };
    view! {
        <a class=class href=other(operation) aria-current=(operation == asked).then_some("true") data-noscroll="">
            {icon_small(glyph)}<span>{operation.label()}</span><small><span class="vh">{spoken}</span>{short(&answer.because)}</small>
        </a>
    }
    .into_any()
}

/// Why, in a word or two.
fn short(because: &Because) -> String {
    match because {
        Because::NoAuthorizer => "no authorizer".to_owned(),
        Because::SuperUser => "super user".to_owned(),
        Because::Allowed { rule } => format!("by {}", rule.operation.label()),
        Because::Denied { .. } => "denied".to_owned(),
        Because::NoRule | Because::NoRuleAtAll => "no rule".to_owned(),
        Because::Unknown { .. } => "not known".to_owned(),
    }
}

/// Why, as a sentence.
fn because(question: &Question, answer: &Answer) -> String {
    let what = format!("{} on {}", question.operation.label(), resource(question));
    match &answer.because {
        Because::NoAuthorizer => {
            "The cluster has no authorizer: everybody may do everything, and no rule is asked."
                .to_owned()
        }
        Because::SuperUser => {
            format!("{} is a super user: no rule is asked.", question.principal)
        }
        Because::Allowed { rule } => format!(
            "{what} is allowed by the rule for {} that allows {}{}.",
            words::pattern(rule),
            rule.operation.label(),
            everybody(rule)
        ),
        Because::Denied { rule } => format!(
            "{what} is denied by the rule for {} that denies {}{}. What denies wins over what allows.",
            words::pattern(rule),
            rule.operation.label(),
            everybody(rule)
        ),
        Because::NoRule => {
            format!("No rule allows {what}, and the authorizer denies what no rule allows.")
        }
        Because::NoRuleAtAll if answer.allowed == Some(true) => format!(
            "There is no rule for {} at all, and allow.everyone.if.no.acl.found opens such things to everybody.",
            resource(question)
        ),
        Because::NoRuleAtAll => format!(
            "There is no rule for {} at all, and the authorizer denies what no rule allows.",
            resource(question)
        ),
        Because::Unknown { why } => format!("The decision is not the console’s to know: {why}."),
    }
}

fn everybody(rule: &acl::Rule) -> &'static str {
    if rule.principal.is_everyone() {
        " to everybody"
    } else {
        ""
    }
}

fn resource(question: &Question) -> String {
    match question.resource_type {
        ResourceType::Cluster => "the cluster".to_owned(),
        other => format!("{} {}", words::noun(other), question.name),
    }
}

/// A rule to copy, with what comes of it.
fn yaml(words: &'static str, text: String) -> AnyView {
    view! {
        <div class="say t2">{words}</div>
        <Code text what="rule"/>
    }
    .into_any()
}

/// The rule that was probably meant.
fn near(nearest: &Nearest) -> AnyView {
    let rule = &nearest.rule;
    let about = words::pattern(rule);
    let why = match &nearest.why {
        Miss::LiteralStarInPrefix => {
            "looks meant for it, but its prefix contains a literal *".to_owned()
        }
        Miss::StarInLiteral => {
            "looks meant for it, but its name is literal, and a * in it is a character".to_owned()
        }
        Miss::Case => "looks meant for it, but letter case differs".to_owned(),
        Miss::Whitespace => "looks meant for it, but has white space around the name".to_owned(),
        Miss::NotTheCluster => {
            "looks meant for it, but the cluster is called kafka-cluster".to_owned()
        }
        Miss::OtherPatternType { has } => format!(
            "looks meant for it, but it is declared {}",
            match has {
                PatternType::Literal => "literal, not as a prefix",
                PatternType::Prefix => "as a prefix, not literal",
            }
        ),
        Miss::OtherPrincipal { has } => format!("looks meant for it, but it is for {has}"),
        Miss::OtherHost { has } => format!("would allow it, but from {has} only"),
        Miss::OtherOperation { has } => format!("is about it, but allows {} only", has.label()),
        Miss::OtherResourceType { has } => {
            format!("has the name, but is about a {}", words::noun(*has))
        }
    };
    let corrected = nearest.corrected.as_ref().map(|corrected| {
        yaml(
            "With this rule the answer is yes:",
            acl::yaml(std::slice::from_ref(corrected)),
        )
    });
    view! {
        <p class="say t2">{sized(Icon::CornerDownRight, "i t3")}<span>{format!("The rule for {about} {why}.")}</span></p>
        {corrected}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::acl::{Effect, Principal, Rule};

    #[test]
    fn reasons_are_sentences_that_name_the_rule() {
        let question = Question {
            principal: Principal::user("a"),
            operation: Operation::Read,
            resource_type: ResourceType::Topic,
            name: "task-created".to_owned(),
            host: None,
        };
        let answer = |allowed, because| Answer {
            allowed,
            because,
            hosts: false,
        };
        let rule = Rule {
            principal: Principal::everyone(),
            resource_type: ResourceType::Topic,
            pattern_type: PatternType::Prefix,
            name: "task-".to_owned(),
            operation: Operation::All,
            effect: Effect::Deny,
            host: "*".to_owned(),
        };
        assert_eq!(
            because(&question, &answer(Some(false), Because::Denied { rule })),
            "Read on topic task-created is denied by the rule for every topic that begins with task- that denies All to everybody. What denies wins over what allows."
        );
        assert!(
            because(&question, &answer(Some(false), Because::NoRule))
                .starts_with("No rule allows Read on topic task-created")
        );
    }
}
