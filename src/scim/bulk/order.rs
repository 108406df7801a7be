//! In which order the operations of a bulk request are done.
//!
//! **Invariant:** every request comes out once, whatever its references; the work is in proportion to their number.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use super::super::Error;
use super::Request;

/// A request and its place, or why it is refused.
pub(super) type Waiting = (usize, Result<Request, Error>);

/// The requests in the order in which each comes after those that it refers to, and otherwise as they were sent.
pub(super) fn in_order(requests: Vec<Result<Request, Error>>, makers: &HashMap<String, usize>) -> VecDeque<Waiting> {
    let mut plan = Plan::default();
    for (index, mut request) in requests.into_iter().enumerate() {
        let needed = request.as_mut().map_err(|refused| refused.clone()).and_then(|it| it.makers(makers));
        match needed {
            Ok(needed) => plan.add(index, request, &needed),
            Err(refused) => plan.add(index, Err(refused), &HashSet::new()),
        }
    }
    plan.finish()
}

/// Who waits for whom.
#[derive(Default)]
struct Plan {
    requests: HashMap<usize, Result<Request, Error>>,
    ready: BTreeSet<usize>,
    waits_for: HashMap<usize, usize>,
    held_up_by: HashMap<usize, Vec<usize>>,
}

impl Plan {
    fn add(&mut self, index: usize, request: Result<Request, Error>, needed: &HashSet<usize>) {
        self.requests.insert(index, request);
        if needed.is_empty() {
            self.ready.insert(index);
        } else {
            self.waits_for.insert(index, needed.len());
        }
        for needed in needed {
            self.held_up_by.entry(*needed).or_default().push(index);
        }
    }

    fn finish(mut self) -> VecDeque<Waiting> {
        let mut order = VecDeque::with_capacity(self.requests.len());
        while let Some(index) = self.ready.pop_first() {
            order.extend(self.requests.remove(&index).map(|request| (index, request)));
            for waiting in self.held_up_by.remove(&index).unwrap_or_default() {
                let left = self.waits_for.entry(waiting).or_default();
                *left = left.saturating_sub(1);
                if *left == 0 {
                    self.ready.insert(waiting);
                }
            }
        }
        let detail = "the references of the operation lead in a circle; set one of them in a request of its own";
        let circular: BTreeSet<usize> = self.requests.into_keys().collect();
        order.extend(circular.into_iter().map(|index| (index, Err(Error::new(409, detail)))));
        order
    }
}

impl Request {
    /// The operations that make what this one refers to.
    fn makers(&mut self, makers: &HashMap<String, usize>) -> Result<HashSet<usize>, Error> {
        let mut needed = HashSet::new();
        self.each_reference(&mut |name| {
            let maker = makers.get(name);
            needed.insert(*maker.ok_or_else(|| {
                let name: String = name.chars().take(64).collect();
                Error::value(format!("no POST of this request has the `bulkId` {name} that the operation refers to"))
            })?);
            Ok(None)
        })?;
        Ok(needed)
    }
}
