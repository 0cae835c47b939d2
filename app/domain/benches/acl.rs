//! What questions about permissions cost over 50,000 rules of 2,000 users, beside a plain scan over all rules in the same run.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, fails by panicking, and the macros write functions without documentation"
)]

use criterion::{Criterion, criterion_group};
use penstock_domain::acl::{
    Authorizer, Effect, Operation, PatternType, Principal, Question, ResourceType, Rule, RuleSet,
};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

const USERS: usize = 2_000;
const RULES_PER_USER: usize = 25;
const TEAMS: usize = 200;
const QUESTIONS: usize = 4_000;

fn rule(user: usize, number: usize) -> Rule {
    let team = user % TEAMS;
    let (resource_type, pattern_type, name, operation) = match number % 5 {
        0 => (
            ResourceType::Topic,
            PatternType::Prefix,
            format!("team-{team}-{number}-"),
            Operation::Read,
        ),
        1 => (
            ResourceType::Topic,
            PatternType::Literal,
            format!("team-{team}-{number}-created"),
            Operation::Write,
        ),
        2 => (
            ResourceType::Topic,
            PatternType::Literal,
            format!("shared-{number}"),
            Operation::Describe,
        ),
        3 => (
            ResourceType::Group,
            PatternType::Prefix,
            format!("user-{user}-{number}"),
            Operation::Read,
        ),
        _ => (
            ResourceType::TransactionalId,
            PatternType::Prefix,
            format!("user-{user}-{number}"),
            Operation::Write,
        ),
    };
    Rule {
        principal: Principal::user(format!("CN=user-{user}")),
        resource_type,
        pattern_type,
        name,
        operation,
        effect: if number == 20 && user.is_multiple_of(10) {
            Effect::Deny
        } else {
            Effect::Allow
        },
        host: "*".to_owned(),
    }
}

fn rules() -> Vec<Rule> {
    (0..USERS)
        .flat_map(|user| (0..RULES_PER_USER).map(move |number| rule(user, number)))
        .collect()
}

fn simple() -> Authorizer {
    Authorizer::Simple {
        super_users: vec![Principal::user("CN=admin")],
        allow_everyone_if_no_acl_found: false,
    }
}

/// Half of them a yes: topics of the user's own team, and of another; names that nobody has.
fn questions() -> Vec<Question> {
    (0..QUESTIONS)
        .map(|at| {
            let user = (at * 7919) % USERS;
            let team = if at % 4 == 3 { user + 1 } else { user } % TEAMS;
            let (name, operation) = match at % 3 {
                0 => (
                    format!("team-{team}-{}-updated", at % 25 / 5 * 5),
                    Operation::Read,
                ),
                1 => (format!("team-{team}-1-created"), Operation::Describe),
                _ => (format!("shared-{}", at % 30), Operation::Describe),
            };
            Question {
                principal: Principal::user(format!("CN=user-{user}")),
                operation,
                resource_type: ResourceType::Topic,
                name,
                host: None,
            }
        })
        .collect()
}

/// Every rule looked at, as one would write it first.
fn scan(rules: &[Rule], question: &Question) -> bool {
    let mut allowed = false;
    for rule in rules {
        if rule.resource_type == question.resource_type
            && rule.is_for(&question.principal)
            && rule.is_for_any_host()
            && rule.is_about(&question.name)
            && rule.decides(question.operation)
        {
            match rule.effect {
                Effect::Deny => return false,
                Effect::Allow => allowed = true,
            }
        }
    }
    allowed
}

/// The middle of several passes over some questions, per question.
fn per_question(
    questions: &[Question],
    mut ask: impl FnMut(&Question) -> bool,
) -> (Duration, usize) {
    let mut yes = 0;
    let mut passes: Vec<Duration> = (0..7)
        .map(|_| {
            let began = Instant::now();
            yes = questions.iter().filter(|question| ask(question)).count();
            began.elapsed() / u32::try_from(questions.len()).unwrap()
        })
        .collect();
    passes.sort_unstable();
    (passes[3], yes)
}

/// Both ways over the same questions, and how much longer the scan takes.
fn beside_a_scan() {
    let set = RuleSet::new(rules(), simple());
    let questions = questions();
    let few = &questions[..120];
    let told = |question: &Question| set.answer(question).allowed == Some(true);
    let (answer, yes) = per_question(&questions, told);
    let (_, yes_of_few) = per_question(few, told);
    let (scan, scanned) = per_question(few, |question| scan(set.rules(), question));
    assert_eq!(yes_of_few, scanned);
    #[allow(clippy::cast_precision_loss, reason = "a ratio")]
    let ratio = scan.as_nanos() as f64 / answer.as_nanos() as f64;
    println!(
        "{} rules of {USERS} users: {answer:?} per answer ({yes} of {QUESTIONS} yes), {scan:?} per scan, {ratio:.0} times as long",
        set.len(),
    );
}

fn parts(criterion: &mut Criterion) {
    let set = RuleSet::new(rules(), simple());
    let questions = questions();
    let mut group = criterion.benchmark_group("acl");
    let mut at = 0;
    group.bench_function("answer", |bencher| {
        bencher.iter(|| {
            at = (at + 1) % questions.len();
            black_box(set.answer(&questions[at]))
        });
    });
    let no = Question {
        name: "Team-7-0-updated".to_owned(),
        operation: Operation::Read,
        ..questions[7].clone()
    };
    group.bench_function("nearest", |bencher| {
        bencher.iter(|| black_box(set.nearest(&no)))
    });
    group.bench_function("may", |bencher| {
        bencher.iter(|| black_box(set.may(&questions[7].principal)));
    });
    group.sample_size(20);
    group.bench_function("holders", |bencher| {
        bencher.iter(|| {
            black_box(set.holders(ResourceType::Topic, "team-7-0-updated", Operation::Read))
        });
    });
    group.sample_size(10);
    group.bench_function("new", |bencher| {
        bencher.iter_with_large_drop(|| RuleSet::new(set.rules().to_vec(), simple()));
    });
    group.finish();
}

criterion_group!(benches, parts);

fn main() {
    beside_a_scan();
    benches();
    Criterion::default().configure_from_args().final_summary();
}
