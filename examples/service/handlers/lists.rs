//! Lists and counts of requests and of approvals, page by page.

use assignment_request::{Event, Request, Role, SubjectId};
use assignment_request_graph::List;
use assignment_request_graph::http::{ApprovalRelation, Order, Relation};
use assignment_request_store::{Cursor, Query, StoreError, Viewer};
use http::StatusCode;

use crate::answer::{Answer, Fault};
use crate::backend::Backend;
use crate::directory::Person;
use crate::handlers::{Asked, written};
use crate::service::Service;

/// How many items a page has if the client does not say it, and how many at most.
const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 100;

/// A page of a list.
struct Found {
    requests: Vec<(Request, Vec<Event>)>,
    count: Option<u64>,
    next_link: Option<String>,
}

impl<B: Backend> Service<B> {
    pub(super) async fn list(&self, asked: &Asked<'_>, on: Option<Relation>) -> Result<Answer, Fault> {
        let found = self.find(asked, self.requests(asked, on)).await?;
        let resources =
            found.requests.iter().map(|(request, events)| self.request_resource(asked, request, events));
        let value = resources.collect::<Result<_, _>>()?;
        let list = List {
            context: self.context(asked),
            count: found.count,
            next_link: found.next_link.map(Into::into),
            value,
        };
        Ok(Answer::json(StatusCode::OK, written!(list, asked)))
    }

    pub(super) async fn count(&self, asked: &Asked<'_>) -> Result<Answer, Fault> {
        Ok(Answer::count(self.count_found(self.requests(asked, None)).await?))
    }

    pub(super) async fn list_approvals(
        &self,
        asked: &Asked<'_>,
        on: Option<ApprovalRelation>,
    ) -> Result<Answer, Fault> {
        let found = self.find(asked, Some(approvals(asked, on))).await?;
        let value = found.requests.iter();
        let value = value.map(|(request, _)| self.approval_resource(request, asked.person.id)).collect();
        let list = List {
            context: self.context(asked),
            count: found.count,
            next_link: found.next_link.map(Into::into),
            value,
        };
        Ok(Answer::json(StatusCode::OK, written!(list, asked)))
    }

    pub(super) async fn count_approvals(&self, asked: &Asked<'_>) -> Result<Answer, Fault> {
        Ok(Answer::count(self.count_found(Some(approvals(asked, None))).await?))
    }

    async fn count_found(&self, query: Option<Query>) -> Result<u64, StoreError> {
        match query {
            Some(query) => self.backend.count(&query).await,
            None => Ok(0),
        }
    }

    /// Reads one page. There is nothing to find if there is no query.
    async fn find(&self, asked: &Asked<'_>, query: Option<Query>) -> Result<Found, Fault> {
        let after = asked.options.skip_token.as_deref().map(str::parse::<Cursor>).transpose();
        let after = after.map_err(|_| Fault::skip_token())?;
        let count = if asked.options.count { Some(self.count_found(query.clone()).await?) } else { None };
        let mut found = Found { requests: Vec::new(), count, next_link: None };
        let Some(mut query) = query else { return Ok(found) };
        query.newest_first = asked.options.order == Some(Order::NewestFirst);
        query.skip = asked.options.skip;
        let limit = asked.options.top.or(asked.headers.preferences.max_page_size).unwrap_or(PAGE);
        let page = self.backend.list(&query, after, limit.min(LARGEST_PAGE)).await?;
        for summary in &page.requests {
            match self.backend.load(summary.id, Viewer::Host).await {
                Ok(loaded) => found.requests.push(loaded),
                // Someone has just deleted it.
                Err(StoreError::Rejected(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        found.next_link = page.next.map(|next| self.next_link(asked, next));
        Ok(found)
    }

    /// Returns the link to the next page: the same options, and the place where it begins.
    fn next_link(&self, asked: &Asked<'_>, next: Cursor) -> String {
        let path = asked.endpoint.path_to(asked.endpoint.operation);
        let mut link = format!("{}{path}?", self.root);
        let options = asked.query.split('&').filter(|option| {
            let name = option.split('=').next().unwrap_or_default().to_ascii_lowercase();
            let name = name.replace("%24", "$").replace("%40", "@");
            // The path says it in its own words, and the new place replaces the old one.
            !matches!(name.trim_start_matches('$'), "" | "skip" | "skiptoken" | "@on")
        });
        for option in options {
            link.push_str(option);
            link.push('&');
        }
        link + &format!("$skiptoken={next}")
    }

    /// Returns the query for the requests that a person asks for. `None` if there can be no such requests.
    fn requests(&self, asked: &Asked<'_>, on: Option<Relation>) -> Option<Query> {
        let (filter, id) = (&asked.options.filter, asked.person.id);
        // The relation says what the person may see, so that the store need not ask again.
        let mut query = Query::new(if on.is_some() { Viewer::Host } else { viewer(asked.person) });
        query.requestor = filter.requestor;
        query.target = filter.target;
        query.access_package = filter.access_package;
        query.policy = filter.policy;
        query.state = filter.state;
        query.status = filter.status;
        query.created_from = filter.created_from;
        query.created_before = filter.created_before;
        query.completed_before = filter.completed_before;
        match on {
            None => {}
            Some(Relation::Target) => query.target_among = Some(vec![id]),
            Some(Relation::CreatedBy) => made_by(&mut query, id)?,
            Some(Relation::Approver) => query.waiting_for = Some(id),
            Some(Relation::TargetOrRequestor) => query.requestor_or_target = Some(id),
            Some(Relation::TargetManager) => {
                query.target_among = Some(self.data.directory.managed_by(id));
            }
            Some(Relation::RequestForOthers) => {
                made_by(&mut query, id)?;
                query.for_others = true;
            }
            Some(Relation::TargetAgentIdentitySponsorOrOwner) => {
                query.target_among = Some(self.data.directory.sponsored_by(id));
            }
        }
        Some(query)
    }
}

/// Asks for the requests of one requestor. `None` if the filter names another one.
fn made_by(query: &mut Query, id: SubjectId) -> Option<()> {
    if query.requestor.is_some_and(|requestor| requestor != id) {
        return None;
    }
    query.requestor = Some(id);
    Some(())
}

fn approvals(asked: &Asked<'_>, on: Option<ApprovalRelation>) -> Query {
    let id = asked.person.id;
    let mut query = Query::new(if on.is_some() { Viewer::Host } else { viewer(asked.person) });
    query.has_approvers = true;
    match on {
        None => {}
        Some(ApprovalRelation::Target) => query.target = Some(id),
        Some(ApprovalRelation::CreatedBy) => query.requestor = Some(id),
        Some(ApprovalRelation::Approver) => query.waiting_for = Some(id),
    }
    query
}

fn viewer(person: &Person) -> Viewer {
    if person.role == Role::Administrator { Viewer::Host } else { Viewer::Subject(person.id) }
}
