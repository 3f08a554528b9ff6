//! The other side of a sender: a mail server and a gateway that speak just enough to take a message, each on a port of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What was taken, each as it came over the wire.
pub(super) type Taken = Arc<Mutex<Vec<String>>>;

/// Serves every connection by a body, on a thread of its own; the port.
fn serve(body: impl Fn(TcpStream, &Taken) + Send + 'static) -> (u16, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = Taken::default();
    let into = Arc::clone(&taken);
    // It ends with the process.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            body(stream.unwrap(), &into);
        }
    });
    (port, taken)
}

/// A mail server (RFC 5321) that refuses so many letters with `refusal` before it takes them.
pub(super) fn mail_server(refused: usize, refusal: &'static str) -> (u16, Taken) {
    let left = Mutex::new(refused);
    serve(move |stream, taken| {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let say = |line: &str| (&stream).write_all(format!("{line}\r\n").as_bytes()).is_ok();
        say("220 example.org ready");
        let (mut letter, mut line) = (String::new(), String::new());
        while {
            line.clear();
            reader.read_line(&mut line).is_ok_and(|read| read > 0)
        } {
            let verb = line.split([' ', '\r']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" | "HELO" => drop(say("250 example.org")),
                "MAIL" if *left.lock().unwrap() > 0 => {
                    *left.lock().unwrap() -= 1;
                    say(refusal);
                }
                "MAIL" | "RCPT" => {
                    letter.push_str(&line);
                    say("250 fine");
                }
                "DATA" => {
                    say("354 go on");
                    loop {
                        line.clear();
                        reader.read_line(&mut line).unwrap();
                        if line == ".\r\n" {
                            break;
                        }
                        letter.push_str(&line);
                    }
                    taken.lock().unwrap().push(std::mem::take(&mut letter));
                    say("250 taken");
                }
                "QUIT" => {
                    say("221 bye");
                    return;
                }
                _ => drop(say("250 fine")),
            }
        }
    })
}

/// A gateway that answers every request in turn with one of these answers, the last one for ever.
pub(super) fn gateway(answers: &'static [&'static str]) -> (u16, Taken) {
    let next = Mutex::new(0);
    serve(move |mut stream, taken| {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (mut request, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
            request.push_str(&line);
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        request.push_str(std::str::from_utf8(&body).unwrap());
        taken.lock().unwrap().push(request);
        let mut at = next.lock().unwrap();
        let answer = answers[*at];
        *at = (*at + 1).min(answers.len() - 1);
        let (status, body) = answer.split_once('|').unwrap();
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close", body.len());
        stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
    })
}
