//! A DNS server that knows what a test tells it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::rdata::TXT;
use hickory_resolver::proto::rr::{RData, Record};
use tokio::net::UdpSocket;

/// What the server says of a name that it was told about; of any other name it says that there is none.
#[derive(Clone)]
enum Said {
    Texts(Vec<String>),
    Failure,
}

/// A DNS server of a test.
#[derive(Clone)]
pub struct Dns {
    /// Where it listens.
    pub at: SocketAddr,
    says: Arc<Mutex<BTreeMap<String, Said>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Dns {
    /// Starts one that knows nothing.
    pub async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let it = Self { at: socket.local_addr().unwrap(), says: Arc::default(), asked: Arc::default() };
        tokio::spawn(it.clone().serve(socket));
        it
    }

    /// From now on the name has these texts.
    pub fn has(&self, name: &str, texts: &[&str]) {
        let texts = texts.iter().map(|it| (*it).to_owned()).collect();
        self.says.lock().unwrap().insert(format!("{name}."), Said::Texts(texts));
    }

    /// From now on the name has none.
    pub fn has_not(&self, name: &str) {
        self.says.lock().unwrap().remove(&format!("{name}."));
    }

    /// From now on the server fails when it is asked for the name.
    pub fn fails(&self, name: &str) {
        self.says.lock().unwrap().insert(format!("{name}."), Said::Failure);
    }

    /// How often it was asked for the name.
    pub fn times_asked(&self, name: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|it| **it == format!("{name}.")).count()
    }

    async fn serve(self, socket: UdpSocket) {
        let mut question = [0; 1500];
        loop {
            let (length, from) = socket.recv_from(&mut question).await.unwrap();
            let asked = Message::from_vec(&question[..length]).unwrap();
            socket.send_to(&self.answer(&asked).to_vec().unwrap(), from).await.unwrap();
        }
    }

    fn answer(&self, asked: &Message) -> Message {
        let query = asked.queries[0].clone();
        let name = query.name().to_string().to_lowercase();
        self.asked.lock().unwrap().push(name.clone());
        let mut answer = Message::response(asked.metadata.id, asked.metadata.op_code);
        answer.metadata.recursion_available = true;
        match self.says.lock().unwrap().get(&name) {
            Some(Said::Texts(texts)) => {
                for text in texts {
                    let text = RData::TXT(TXT::new(vec![text.clone()]));
                    answer.add_answer(Record::from_rdata(query.name().clone(), 3600, text));
                }
            }
            Some(Said::Failure) => answer.metadata.response_code = ResponseCode::ServFail,
            None => answer.metadata.response_code = ResponseCode::NXDomain,
        }
        answer.add_query(query);
        answer
    }
}
