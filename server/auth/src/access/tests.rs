//! The rules of decision 6, with a reviewer that answers as it is told.

use super::*;
use async_trait::async_trait;
use penstock_domain::{
    access::{Resource, Verb},
    ids::ClusterRef,
};
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

#[derive(Default)]
struct Fake {
    asked: AtomicUsize,
    allowed: Mutex<Vec<String>>,
    away: Mutex<bool>,
    refused: Mutex<bool>,
}

#[async_trait]
impl Reviewer for Fake {
    async fn whoami(&self, _: &Token) -> Result<Identity, ReviewError> {
        self.state()?;
        Ok(Identity::new("alice", Vec::new()))
    }

    async fn may(&self, _: &Token, attributes: &ResourceAttributes) -> Result<bool, ReviewError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        self.state()?;
        let name = attributes.name.clone().unwrap_or_default();
        Ok(self.allowed.lock().unwrap().contains(&name))
    }
}

impl Fake {
    fn state(&self) -> Result<(), ReviewError> {
        if *self.refused.lock().unwrap() {
            return Err(ReviewError::Refused);
        }
        if *self.away.lock().unwrap() {
            return Err(ReviewError::Unreachable {
                cause: "away".to_owned(),
            });
        }
        Ok(())
    }
}

fn setup(allowed: &[&str]) -> (Arc<Fake>, Access, Token) {
    let fake = Arc::new(Fake::default());
    *fake.allowed.lock().unwrap() = allowed.iter().map(|name| (*name).to_owned()).collect();
    let access = Access::new(fake.clone());
    (fake, access, Token::new("t"))
}

fn right(verb: Verb) -> Right {
    let cluster = ClusterRef::new("kafka", "task-events");
    Right::on_object(verb, Resource::Topics, &cluster, "task-created")
}

#[tokio::test(start_paused = true)]
async fn either_name_grants_and_answers_are_remembered() {
    let (fake, access, token) = setup(&["task-events:task-created"]);
    for _ in 0..3 {
        let grant = access.authorise(&token, &right(Verb::Get)).await.unwrap();
        assert_eq!((&*grant.identity().user, grant.stale()), ("alice", None));
    }
    assert_eq!(
        fake.asked.load(Ordering::SeqCst),
        2,
        "both names, once each"
    );
    tokio::time::advance(FRESH).await;
    access.authorise(&token, &right(Verb::Get)).await.unwrap();
    assert_eq!(fake.asked.load(Ordering::SeqCst), 4);
}

#[tokio::test(start_paused = true)]
async fn a_right_that_was_taken_away_ends_within_30_seconds() {
    let (fake, access, token) = setup(&["task-events"]);
    access.authorise(&token, &right(Verb::Get)).await.unwrap();
    fake.allowed.lock().unwrap().clear();
    tokio::time::advance(FRESH).await;
    assert_eq!(
        access
            .authorise(&token, &right(Verb::Get))
            .await
            .unwrap_err(),
        Denied::Forbidden {
            right: right(Verb::Get)
        }
    );
}

#[tokio::test(start_paused = true)]
async fn without_the_api_server_known_reads_go_on_for_15_minutes_and_nothing_else() {
    let (fake, access, token) = setup(&["task-events"]);
    access.authorise(&token, &right(Verb::Get)).await.unwrap();
    access
        .authorise(&token, &right(Verb::Delete))
        .await
        .unwrap();
    *fake.away.lock().unwrap() = true;
    tokio::time::advance(FRESH).await;

    let grant = access.authorise(&token, &right(Verb::Get)).await.unwrap();
    assert_eq!(grant.stale(), Some(FRESH));
    for unavailable in [right(Verb::Delete), right(Verb::List)] {
        assert!(matches!(
            access.authorise(&token, &unavailable).await,
            Err(Denied::Unavailable { .. })
        ));
    }
    access.identify(&token).await.unwrap();
    assert!(
        access.sign_in(&token).await.is_err(),
        "nobody signs in meanwhile"
    );
    assert!(matches!(
        access.identify(&Token::new("new")).await,
        Err(IdentifyError::Unavailable { .. })
    ));
    tokio::time::advance(STALE).await;
    assert!(matches!(
        access.authorise(&token, &right(Verb::Get)).await,
        Err(Denied::Unavailable { .. })
    ));
}

#[tokio::test(start_paused = true)]
async fn a_no_stays_a_no_without_the_api_server() {
    let (fake, access, token) = setup(&[]);
    access
        .authorise(&token, &right(Verb::Get))
        .await
        .unwrap_err();
    *fake.away.lock().unwrap() = true;
    tokio::time::advance(FRESH).await;
    assert!(matches!(
        access.authorise(&token, &right(Verb::Get)).await,
        Err(Denied::Forbidden { .. })
    ));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_no_longer_taken_loses_everything() {
    let (fake, access, token) = setup(&["task-events"]);
    access.authorise(&token, &right(Verb::Get)).await.unwrap();
    *fake.refused.lock().unwrap() = true;
    tokio::time::advance(FRESH).await;
    assert_eq!(
        access
            .authorise(&token, &right(Verb::Get))
            .await
            .unwrap_err(),
        Denied::NotSignedIn
    );
    *fake.refused.lock().unwrap() = false;
    *fake.away.lock().unwrap() = true;
    assert!(access.authorise(&token, &right(Verb::Get)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn equal_questions_are_asked_once() {
    let (fake, access, token) = setup(&["task-events"]);
    let one = right(Verb::Get);
    let asked = (0..20).map(|_| access.authorise(&token, &one));
    assert!(
        futures::future::join_all(asked)
            .await
            .iter()
            .all(Result::is_ok)
    );
    assert_eq!(fake.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn memory_is_bounded() {
    let memory: Memory<usize, usize> = Memory::new(10);
    for key in 0..100 {
        memory.get(&key, FRESH, || async { Ok(key) }).await;
        assert!(memory.slots.lock().unwrap().len() <= 10);
    }
}
