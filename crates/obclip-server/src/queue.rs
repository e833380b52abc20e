//! Who is next: bounded in number, fair by cost between owners, first come first served for each.

use std::collections::{BTreeMap, VecDeque};

/// A bounded queue of `T`, fair between owners `K`.
///
/// Start-time fair queueing: every owner has a clock that runs ahead by the cost of what was taken for it; the owner
/// whose clock is furthest behind is next. An owner who comes back starts at the present, so idleness saves nothing up.
#[derive(Debug)]
pub struct FairQueue<K: Ord, T> {
    lanes: BTreeMap<K, Lane<T>>,
    now: u64,
    n_jobs: usize,
    cost_units: u64,
    next_id: u64,
    max_jobs: usize,
    max_jobs_per_owner: usize,
}

#[derive(Debug)]
struct Lane<T> {
    clock: u64,
    waiting: VecDeque<Waiting<T>>,
}

#[derive(Debug)]
struct Waiting<T> {
    ticket: Place,
    cost_units: u64,
    job: T,
}

/// A place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(u64);

/// No room, in all or for this owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

impl<K: Ord + Copy, T> FairQueue<K, T> {
    /// An empty queue.
    pub fn new(max_jobs: usize, max_jobs_per_owner: usize) -> Self {
        Self {
            lanes: BTreeMap::new(),
            now: 0,
            n_jobs: 0,
            cost_units: 0,
            next_id: 0,
            max_jobs,
            max_jobs_per_owner,
        }
    }

    /// Jobs that wait.
    pub fn n_jobs(&self) -> usize {
        self.n_jobs
    }

    /// What they cost, together.
    pub fn cost_units(&self) -> u64 {
        self.cost_units
    }

    /// Whether [`Self::push`] would take a job of `owner`.
    pub fn has_room(&self, owner: K) -> bool {
        let of_owner = self.lanes.get(&owner).map_or(0, |lane| lane.waiting.len());
        self.n_jobs < self.max_jobs && of_owner < self.max_jobs_per_owner
    }

    /// Puts a job behind the others of its owner.
    pub fn push(&mut self, owner: K, cost_units: u64, job: T) -> Result<Place, Full> {
        if !self.has_room(owner) {
            return Err(Full);
        }
        let ticket = Place(self.next_id);
        self.next_id += 1;
        let now = self.now;
        let lane = self.lanes.entry(owner).or_insert(Lane { clock: now, waiting: VecDeque::new() });
        if lane.waiting.is_empty() {
            lane.clock = lane.clock.max(now);
        }
        lane.waiting.push_back(Waiting { ticket, cost_units, job });
        self.n_jobs += 1;
        self.cost_units += cost_units;
        Ok(ticket)
    }

    /// Takes the next job.
    pub fn pop(&mut self) -> Option<T> {
        let behind = |(_, lane): &(&K, &mut Lane<T>)| lane.clock;
        let waiting = self.lanes.iter_mut().filter(|(_, lane)| !lane.waiting.is_empty());
        let (_, lane) = waiting.min_by_key(behind)?;
        let next = lane.waiting.pop_front()?;
        self.now = lane.clock;
        lane.clock += next.cost_units;
        self.n_jobs -= 1;
        self.cost_units -= next.cost_units;
        // An owner without jobs is remembered only as long as its clock is ahead: the map stays small.
        let now = self.now;
        self.lanes.retain(|_, lane| !lane.waiting.is_empty() || lane.clock > now);
        Some(next.job)
    }

    /// Takes a job out before its turn. `None` if it was taken already.
    pub fn remove(&mut self, ticket: Place) -> Option<T> {
        for lane in self.lanes.values_mut() {
            if let Some(at) = lane.waiting.iter().position(|waiting| waiting.ticket == ticket) {
                let removed = lane.waiting.remove(at)?;
                self.n_jobs -= 1;
                self.cost_units -= removed.cost_units;
                return Some(removed.job);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(queue: &mut FairQueue<u8, char>) -> String {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn one_owner_is_served_in_order() {
        let mut queue = FairQueue::new(8, 8);
        for job in "abc".chars() {
            queue.push(1, 5, job).expect("room");
        }
        assert_eq!((queue.n_jobs(), queue.cost_units()), (3, 15));
        assert_eq!(drain(&mut queue), "abc");
        assert_eq!((queue.n_jobs(), queue.cost_units()), (0, 0));
    }

    /// Somebody who queues eight jobs does not make the next one wait for all of them.
    #[test]
    fn owners_take_turns_by_cost() {
        let mut queue = FairQueue::new(16, 8);
        for job in "aaaaaa".chars() {
            queue.push(1, 10, job).expect("room");
        }
        for job in "bb".chars() {
            queue.push(2, 30, job).expect("room");
        }
        assert_eq!(drain(&mut queue), "abaaabaa", "three of ten for one of thirty");
    }

    #[test]
    fn idleness_saves_nothing_up() {
        let mut queue = FairQueue::new(16, 8);
        for _ in 0..4 {
            queue.push(1, 10, 'a').expect("room");
            assert_eq!(queue.pop(), Some('a'));
        }
        for job in "bbbb".chars() {
            queue.push(2, 10, job).expect("room");
        }
        queue.push(1, 10, 'a').expect("room");
        let order = drain(&mut queue);
        assert!(order.starts_with("ba") || order.starts_with("bba"), "{order}");
    }

    #[test]
    fn the_queue_is_bounded_in_all_and_for_each() {
        let mut queue = FairQueue::new(3, 2);
        queue.push(1, 1, 'a').expect("room");
        queue.push(1, 1, 'b').expect("room");
        assert_eq!(queue.push(1, 1, 'c'), Err(Full));
        queue.push(2, 1, 'd').expect("room for another");
        assert_eq!(queue.push(3, 1, 'e'), Err(Full));
        queue.pop();
        assert!(queue.has_room(3));
    }

    #[test]
    fn a_job_that_leaves_frees_its_place() {
        let mut queue = FairQueue::new(2, 2);
        let first = queue.push(1, 7, 'a').expect("room");
        queue.push(1, 1, 'b').expect("room");
        assert_eq!(queue.remove(first), Some('a'));
        assert_eq!(queue.remove(first), None);
        assert_eq!((queue.n_jobs(), queue.cost_units()), (1, 1));
        assert_eq!(drain(&mut queue), "b");
    }
}
