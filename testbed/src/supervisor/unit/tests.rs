//! A supervised shell script, ended in every way.

use super::*;

struct Bench {
    board: Board,
    unit: Unit,
    cancel: CancellationToken,
    task: tokio::task::JoinHandle<()>,
    folder: PathBuf,
}

impl Bench {
    fn new(script: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("penstock-unit-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let board = Board::new();
        let cancel = CancellationToken::new();
        let spec = Spec {
            name: "sample".to_owned(),
            program: "sh".into(),
            arguments: vec!["-c".into(), script.into()],
            environment: Vec::new(),
            log: folder.join("log"),
            probe: Arc::new(|| Box::pin(async { Ok(()) })),
            grace: Duration::from_secs(5),
            grace_at_end: Duration::from_secs(5),
        };
        let ledger = Arc::new(Ledger::open(folder.join("ledger")).unwrap());
        let (unit, task) = Unit::new(spec, &board, ledger, cancel.clone());
        Self {
            board,
            unit,
            cancel,
            task: tokio::spawn(task),
            folder,
        }
    }

    async fn wait(&self, condition: impl Fn(&UnitStatus) -> bool) -> UnitStatus {
        let mut board = self.board.subscribe();
        let units = board
            .wait_for(|units| units.get("sample").is_some_and(&condition))
            .await
            .unwrap();
        units.get("sample").unwrap().clone()
    }

    async fn finish(self) {
        self.cancel.cancel();
        self.task.await.unwrap();
        assert!(self.board.get("sample").is_none());
        std::fs::remove_dir_all(self.folder).unwrap();
    }
}

#[tokio::test]
async fn a_killed_process_comes_back_with_another_id() {
    let bench = Bench::new("exec sleep 1000");
    bench
        .unit
        .first_ready(Duration::from_secs(30))
        .await
        .unwrap();
    let before = bench.wait(|unit| unit.phase == Phase::Running).await;
    bench
        .unit
        .ask(Action::Kill(Some(Duration::ZERO)))
        .await
        .unwrap();
    let after = bench
        .wait(|unit| unit.phase == Phase::Running && unit.restarts == 1)
        .await;
    assert_ne!(before.pid, after.pid);
    assert_eq!(after.last_exit.unwrap().code, 137);
    bench.finish().await;
}

#[tokio::test]
async fn a_stopped_process_stays_down_until_it_is_started() {
    let bench = Bench::new("exec sleep 1000");
    bench.wait(|unit| unit.phase == Phase::Running).await;
    bench.unit.ask(Action::Stop).await.unwrap();
    let stopped = bench.wait(|unit| unit.phase == Phase::Stopped).await;
    assert_eq!(stopped.pid, None);
    assert!(bench.unit.ask(Action::Pause).await.is_err());
    bench.unit.ask(Action::Start).await.unwrap();
    bench.wait(|unit| unit.phase == Phase::Running).await;
    bench.finish().await;
}

#[tokio::test]
async fn a_paused_process_can_still_be_ended() {
    let bench = Bench::new("exec sleep 1000");
    bench.wait(|unit| unit.phase == Phase::Running).await;
    bench.unit.ask(Action::Pause).await.unwrap();
    let paused = bench.wait(|unit| unit.phase == Phase::Paused).await;
    let process = Process::now(paused.pid.unwrap()).unwrap();
    bench.finish().await;
    assert!(!process.alive());
}
