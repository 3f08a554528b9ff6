//! A history: a county of a seed, and operations one after the other, each looked at from all sides. The first thing that is wrong ends
//! it.

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

use super::asking;
use super::coverage;
use super::expected::expected;
use super::facts::Facts;
use super::operation::{Operation, Verb};
use super::passing::Step;
use super::rows::Rows;
use super::standing;
use super::telling;
use super::world::{Answer, Request, World};

/// What a history came to.
pub(crate) struct Played {
    /// What was asked and answered, a line each.
    pub(crate) lines: Vec<String>,
    /// How many operations were requests, by verb and whether they were done.
    pub(crate) counted: Vec<(Verb, bool)>,
    /// What went wrong, and after how many operations.
    pub(crate) fault: Option<(usize, Vec<String>)>,
}

/// Plays a history.
pub(crate) fn play(seed: u64, operations: &[Operation]) -> Played {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let mut world = World::open(seed).await;
        world.people(&mut ChaCha20Rng::seed_from_u64(seed)).await;
        let mut playing = Playing::begin(world).await;
        let mut fault = None;
        for (at, operation) in operations.iter().enumerate() {
            let wrong = playing.step(*operation).await;
            if !wrong.is_empty() {
                fault = Some((at, wrong));
                break;
            }
        }
        let Playing { world, lines, counted, .. } = playing;
        world.close().await;
        Played { lines, counted, fault }
    })
}

struct Playing {
    world: World,
    rows: Rows,
    lines: Vec<String>,
    counted: Vec<(Verb, bool)>,
    /// Rows of the audit trail.
    trail: i64,
}

impl Playing {
    async fn begin(mut world: World) -> Self {
        let rows = world.read(&Rows::default()).await;
        Self { world, rows, lines: Vec::new(), counted: Vec::new(), trail: 0 }
    }

    /// Takes a step; what was wrong with it.
    async fn step(&mut self, operation: Operation) -> Vec<String> {
        if operation.verb == Verb::Clock {
            return self.clock(operation).await;
        }
        let Some(request) = asking::request(&self.world, &self.rows, operation) else { return Vec::new() };
        let wrong = self.ask(operation, &request).await;
        if operation.verb != Verb::CreateAndPublish || !wrong.is_empty() {
            return wrong;
        }
        self.publish(operation, request).await
    }

    /// The run that was asked for is made and published at once.
    async fn publish(&mut self, operation: Operation, mut request: Request) -> Vec<String> {
        let made = self.rows.of("runs").last().filter(|run| run.says("state", "succeeded"));
        let Some(run) = made else { return Vec::new() };
        run.text("id").clone_into(&mut request.target);
        request.path = format!("/runs/{}/publish", request.target);
        let wrong = self.ask(Operation { verb: Verb::PublishRun, ..operation }, &request).await;
        let facts = Facts::now(&self.world, &self.rows);
        match facts.rows.find("runs", &request.target).filter(|run| run.says("state", "published")) {
            Some(run) if wrong.is_empty() => coverage::check(&facts, run),
            _ => wrong,
        }
    }

    /// Time passes: mostly hours, now and then weeks.
    async fn clock(&mut self, operation: Operation) -> Vec<String> {
        let yesterday = self.world.today();
        let hours =
            if operation.a.is_multiple_of(6) { 24 * (operation.b % 45) } else { 1 + operation.b % 40 };
        self.world.pass(i64::from(hours) * 3_600_000).await;
        let before = std::mem::take(&mut self.rows);
        self.rows = self.world.read(&before).await;
        self.lines.push(format!("{hours} hours pass: it is {}", self.world.today()));
        let facts = Facts::now(&self.world, &self.rows);
        let step = Step { operation, request: None, answer: None, before: &before, after: &facts };
        let mut wrong = step.check();
        wrong.extend(standing::check(&facts));
        if facts.today != yesterday {
            wrong.extend(telling::check_day(&facts));
        }
        let trail = self.world.reader.count("audit_events").await;
        if trail < self.trail {
            wrong.push("S41: rows of the audit trail are gone".to_owned());
        }
        self.trail = trail;
        wrong
    }

    async fn ask(&mut self, operation: Operation, request: &Request) -> Vec<String> {
        let facts = Facts::now(&self.world, &self.rows);
        let right = expected(&facts, operation, request);
        let mut answer = self.world.send(request).await;
        let line = self.line(operation, request, &answer);
        self.lines.push(line);
        self.counted.push((operation.verb, answer.status < 400));
        let mut wrong = Vec::new();
        if answer.status >= 500 && answer.status != 503 {
            wrong.push(format!("a fault of the program: {}", answer.text));
        }
        if let Some(right) = right
            && !right.iter().any(|(status, code)| answer.status == *status && answer.code() == *code)
        {
            wrong.push(format!(
                "the reference expects {right:?}, the answer is {} {}",
                answer.status, answer.text
            ));
        }
        self.remember(operation, request, &answer).await;
        let before = std::mem::take(&mut self.rows);
        self.rows = self.world.read(&before).await;
        wrong.extend(self.look(operation, request, &answer, &before));
        if wrong.is_empty()
            && operation.c.is_multiple_of(16)
            && request.method == "POST"
            && answer.status < 300
        {
            wrong.extend(self.again(operation, request, &mut answer).await);
        }
        wrong
    }

    fn look(&self, operation: Operation, request: &Request, answer: &Answer, before: &Rows) -> Vec<String> {
        let facts = Facts::now(&self.world, &self.rows);
        let (asked, answered) = (Some(request), Some(answer));
        let step = Step { operation, request: asked, answer: answered, before, after: &facts };
        let mut wrong = step.check();
        if *before != self.rows {
            wrong.extend(standing::check(&facts));
        }
        wrong.extend(telling::check(&facts, operation.verb, request, answer));
        wrong
    }

    /// The same request under the same key is answered in the same words, and nothing happens twice.
    async fn again(&mut self, operation: Operation, request: &Request, answer: &mut Answer) -> Vec<String> {
        let keyless =
            [Verb::LinkAccept, Verb::LinkDecline, Verb::LinkConflict, Verb::RevealMine, Verb::RevealChild];
        if keyless.contains(&operation.verb) || request.word == "price" {
            return Vec::new();
        }
        let key = self.world.last_key();
        let again = self.world.send_again(request, key).await;
        let rows = self.world.read(&self.rows).await;
        let same = again.status == answer.status && again.text == answer.text && rows == self.rows;
        self.rows = rows;
        if same {
            Vec::new()
        } else {
            vec![format!("given again, it is another answer: {} {}", again.status, again.text)]
        }
    }

    fn line(&self, operation: Operation, request: &Request, answer: &Answer) -> String {
        let who =
            request.by.map_or("nobody".to_owned(), |by| format!("{} {by}", self.world.users[by].role.word()));
        let body = if request.body.is_null() { String::new() } else { request.body.to_string() };
        let (verb, method, path) = (operation.verb, request.method, &request.path);
        format!("{verb:?}: {who} {method} {path} {body} → {} {}", answer.status, answer.code())
    }

    /// What the next steps must know and no column tells; and the work that nobody waits for.
    async fn remember(&mut self, operation: Operation, request: &Request, answer: &Answer) {
        if answer.status >= 300 {
            return;
        }
        let world = &mut self.world;
        let id = telling::text(&answer.body, "id").to_owned();
        match operation.verb {
            Verb::Offer | Verb::Resend => {
                if let Some((offer, token)) = telling::links(answer) {
                    world.former_tokens.extend(world.tokens.insert(offer, token));
                }
            }
            Verb::Report => {
                world.said.insert(id, request.other.clone());
            }
            Verb::CreateRun | Verb::CreateAndPublish if operation.c % 8 != 7 => {
                world.worker.work_off().await.unwrap();
            }
            Verb::NewChild => {
                let serial = 100 + world.children.len() as u32;
                let (mut person, _) = World::new_child(serial, &mut asked(operation));
                person.id = id;
                world.children.push(person);
            }
            Verb::NewVolunteer => {
                let known = request.body["cells"]["id_number"].as_str().unwrap_or_default().to_owned();
                let same = world.volunteers.iter().find(|person| person.secrets.contains(&known));
                let same_as = same.map(|person| person.serial);
                let serial = 100 + world.volunteers.len() as u32;
                let (mut person, _) = world.new_volunteer(serial, same_as, &mut asked(operation));
                person.id = id;
                world.keep_volunteer(person).await;
            }
            Verb::ChildHours | Verb::ChangeChild => {
                if let Some(person) = world.children.iter_mut().find(|person| person.id == request.target) {
                    match request.word {
                        "男" | "女" => person.man = request.word == "男",
                        hours => person.saturday = hours == "saturday",
                    }
                }
            }
            Verb::VolunteerHours | Verb::MyHours => {
                // Her own hours are those of her own record.
                let own = request.by.and_then(|by| world.users[by].volunteer_id.clone());
                let whose = if operation.verb == Verb::MyHours { own } else { Some(request.target.clone()) };
                if let Some(person) =
                    world.volunteers.iter_mut().find(|person| Some(&person.id) == whose.as_ref())
                {
                    person.saturday = request.word == "saturday";
                }
            }
            Verb::EnableUser => {
                let by = world.users.iter().position(|user| user.id == request.target);
                if let Some(by) = by {
                    world.forget_session(by);
                }
            }
            _ => {}
        }
    }
}

/// The randomness of an operation that registers somebody.
fn asked(operation: Operation) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(u64::from(operation.c))
}
