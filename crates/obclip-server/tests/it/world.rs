//! A server in this process or in one of its own, and jobs for it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use obclip_client::{Address, NetworkCloud, PinFile, Policy, Target, Trust};
use obclip_cloud::{Admitted, Cloud, Progress};
use obclip_device::{Cloud as _, CloudError, Cover};
use obclip_engine::{Cpu, JobMemory, LoadParts, Model, ModelFiles, ModelSpec};
use obclip_protocol::{Catalogues, LatentShape, Limits, Refusal, Reply};
use obclip_server::{Config, Engine, Front, Tokens};

/// The embedded cloud, loaded once.
pub(crate) fn cloud() -> &'static Cloud<Cpu> {
    static CLOUD: OnceLock<Cloud<Cpu>> = OnceLock::new();
    CLOUD.get_or_init(|| {
        let files = ModelFiles::from_table(obclip_pair::cloud());
        let model = Model::load(&files, Cpu::new(2), LoadParts { vae: false })
            .expect("the embedded model loads");
        Cloud::new(model, Limits::default(), 16)
    })
}

/// The embedded cloud as it is.
pub(crate) struct Real;

impl Engine for Real {
    fn admit(&self, request: &[u8]) -> Result<Admitted, Refusal> {
        cloud().admit(request)
    }

    fn memory(&self, job: &Admitted) -> JobMemory {
        cloud().memory(job)
    }

    fn run(
        &self,
        job: Admitted,
        max_rows: usize,
        on_step: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Reply, Refusal> {
        cloud().run(job, max_rows, on_step)
    }

    fn spec(&self) -> &ModelSpec {
        cloud().spec()
    }

    fn catalogues(&self) -> &Catalogues {
        cloud().catalogues()
    }
}

/// Checks like the embedded cloud, then sleeps instead of computing; counts its steps.
#[derive(Clone)]
pub(crate) struct Sleeper {
    pub(crate) step: Duration,
    pub(crate) n_steps: Arc<AtomicUsize>,
}

impl Sleeper {
    pub(crate) fn new(step_ms: u64) -> Self {
        Self { step: Duration::from_millis(step_ms), n_steps: Arc::default() }
    }

    pub(crate) fn n_steps(&self) -> usize {
        self.n_steps.load(Ordering::SeqCst)
    }
}

impl Engine for Sleeper {
    fn admit(&self, request: &[u8]) -> Result<Admitted, Refusal> {
        cloud().admit(request)
    }

    fn memory(&self, job: &Admitted) -> JobMemory {
        cloud().memory(job)
    }

    fn run(
        &self,
        job: Admitted,
        _max_rows: usize,
        on_step: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Reply, Refusal> {
        let steps = job.options().cloud_steps as usize;
        for step in 1..=steps {
            std::thread::sleep(self.step);
            self.n_steps.fetch_add(1, Ordering::SeqCst);
            if on_step(Progress { step, steps }).is_break() {
                let detail = "job: expected to run to its end, found it cancelled".to_owned();
                return Err(Refusal { code: "cancelled".to_owned(), detail });
            }
        }
        let one_half = [0x00, 0x3c];
        Ok(Reply {
            shape: SHAPE,
            latents: vec![one_half.repeat(SHAPE.n_values()); job.n_members()],
        })
    }

    fn spec(&self) -> &ModelSpec {
        cloud().spec()
    }

    fn catalogues(&self) -> &Catalogues {
        cloud().catalogues()
    }
}

/// The latents of the embedded pair.
pub(crate) const SHAPE: LatentShape = LatentShape { channels: 8, height: 16, width: 16 };

/// A server in this process. Stops when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) fingerprint: Option<String>,
    pub(crate) front: Arc<Front>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Configuration on a free port of loopback.
pub(crate) fn config() -> Config {
    Config::at(([127, 0, 0, 1], 0).into())
}

impl Server {
    pub(crate) fn start(config: Config, engine: impl Engine, tokens: Tokens) -> Self {
        let identity = config.tls.as_ref().map(|tls| obclip_server::identity(tls).expect("tls"));
        let fingerprint = identity.as_ref().map(|identity| identity.fingerprint.clone());
        let listen = config.listen;
        let front = Arc::new(Front::new(config, Box::new(engine), tokens, [7; 32]));
        obclip_server::start_worker(Arc::clone(&front)).expect("a thread");
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let shared = Arc::clone(&front);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind(listen).await.expect("a port");
                tell.send(listener.local_addr().expect("an address")).expect("a listener");
                let acceptor = identity.map(|identity| identity.acceptor);
                obclip_server::serve(listener, acceptor, shared, async {
                    let _ = stopped.await;
                })
                .await;
            });
        });
        let address = told.recv().expect("the server listens");
        Self { address, fingerprint, front, stop: Some(stop), thread: Some(thread) }
    }

    /// The same as SIGTERM; comes back at once.
    pub(crate) fn ask_to_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits until it has stopped.
    pub(crate) fn wait(&mut self) {
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server ends well");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ask_to_stop();
        self.wait();
        self.front.close();
    }
}

/// `obclip-cloud serve` as a process. Killed when dropped.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts it with these arguments and waits until it listens. Standard error goes to `log`.
    pub(crate) fn start(args: &[&str], log: Stdio, folder: &std::path::Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_obclip-cloud"))
            .arg("serve")
            .args(args)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on ").expect("it listens");
        Self { child, address: address.parse().expect("an address") }
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args([&format!("-{name}"), &id]).status();
        assert!(status.expect("kill runs").success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Short times, so that tests are quick.
pub(crate) fn policy(pauses_ms: &[u64]) -> Policy {
    Policy {
        try_timeout: Duration::from_secs(60),
        pauses: pauses_ms.iter().copied().map(Duration::from_millis).collect(),
    }
}

/// A client of the plain server at `address`.
pub(crate) fn client(address: SocketAddr, pauses_ms: &[u64]) -> NetworkCloud {
    let address: Address = format!("http://{address}").parse().expect("an address");
    let trust = Trust::FirstUse(PinFile::new("/nonexistent/never-used"));
    let target = Target { address, proxy: None, trust, token: None };
    NetworkCloud {
        target,
        shape: SHAPE,
        limits: Limits::default(),
        catalogues: Catalogues::default(),
        policy: policy(pauses_ms),
        cancelled: Arc::new(AtomicBool::new(false)),
    }
}

/// The request of a prompt: N = 6, `cloud_steps` of 25.
pub(crate) fn request(cloud_steps: u32) -> Vec<u8> {
    request_by_plan(cloud_steps, "plain")
}

/// The same by a step plan.
pub(crate) fn request_by_plan(cloud_steps: u32, plan: &str) -> Vec<u8> {
    let recorder = Recorder::default();
    let mut settings = settings(Cover::Mentioned);
    settings.options.cloud_steps = cloud_steps;
    settings.options.plan = plan.to_owned();
    let _ = obclip_device::generate(
        &wish("portrait of an old man"),
        &recorder,
        device_model(),
        &settings,
        coins(),
        &mut |_| ControlFlow::Continue(()),
    );
    recorder.0.take().expect("a request was sealed")
}

/// Keeps the request and refuses it.
#[derive(Default)]
struct Recorder(std::cell::RefCell<Option<Vec<u8>>>);

impl obclip_device::Cloud for Recorder {
    fn denoise(
        &self,
        request: &[u8],
        _on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, CloudError> {
        self.0.replace(Some(request.to_vec()));
        Err(CloudError::Cancelled)
    }
}

/// The embedded device model, loaded once.
pub(crate) fn device_model() -> &'static Model<Cpu> {
    static MODEL: OnceLock<Model<Cpu>> = OnceLock::new();
    MODEL.get_or_init(|| {
        let files = ModelFiles::from_table(obclip_pair::device());
        Model::load(&files, Cpu::new(2), LoadParts { vae: true }).expect("the embedded model loads")
    })
}

/// Two steps in the cloud, two on the device.
pub(crate) fn settings(cover: Cover) -> obclip_device::Settings {
    obclip_device::Settings {
        options: obclip_protocol::Options {
            steps: 25,
            cloud_steps: 2,
            guidance: obclip_protocol::Guidance { milli: 3000 },
            width: 128,
            height: 128,
            sampler: "dpmpp-2m".to_owned(),
            plan: "plain".to_owned(),
        },
        cover,
        catalogue: obclip_protocol::Catalogue::v1(),
        limits: Limits::default(),
        tail: obclip_device::Tail::default(),
        own: obclip_device::Own::default(),
    }
}

/// The same coins every time.
pub(crate) fn coins() -> obclip_device::JobCoins {
    obclip_device::JobCoins {
        seed: obclip_protocol::Seed([7; 32]),
        draws: obclip_device::Coins::from_key([9; 32]),
    }
}

pub(crate) fn wish(prompt: &str) -> obclip_device::Wish {
    let prompt = obclip_device::Prompt::new(prompt).expect("a valid prompt");
    obclip_device::Wish { prompt, negative: None }
}

/// One job, without anybody watching.
pub(crate) fn ask(client: &NetworkCloud, request: &[u8]) -> Result<Vec<u8>, CloudError> {
    client.denoise(request, &mut |_, _| ControlFlow::Continue(()))
}

/// The code of a refusal.
pub(crate) fn code(outcome: Result<Vec<u8>, CloudError>) -> String {
    match outcome {
        Err(CloudError::Refused(refusal)) => refusal.code,
        other => panic!("expected a refusal, found {:?}", other.map(|reply| reply.len())),
    }
}

/// Waits for `condition`, at most ten seconds.
pub(crate) fn wait_for(what: &str, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(10), "waited for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
