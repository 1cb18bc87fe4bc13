//! The text of the matrix: written so that people can review it, and read back so that a test sees that it says
//! everything.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use assignment_request::Role;

/// The kind of a command, and its variant.
pub(crate) type Name = (String, String);

/// What every command of every role does in one phase.
pub(crate) type Cells = BTreeMap<(Name, Role), String>;

/// The variants of each kind of command, in their order.
type Variants = Vec<(String, Vec<String>)>;

/// The roles that may give each command, and the rule that refuses the others: `system (W1)`.
type Permitted = BTreeMap<Name, String>;

/// What a role that may not give a command gets: this, and the rule.
const NOT_PERMITTED: &str = "! notPermitted ";

const PREFACE: &str = "\
The matrix: every command by every role in every phase. tests/all/proof/matrix writes it (UPDATE_GOLDEN=1) and reads it back.

variants     the commands that are tried; `any`, or a command alone, is all its variants but those in \"every phase\"
roles        the roles that may give a command; in every phase the others are refused with `notPermitted` and the rule
every phase  commands that do the same in every phase; the phases do not repeat them

Then the phases, with state and status in brackets. First come the accepted commands, their events and where these lead,
then the refusals (`!`) by code and rule. A line holds for every role that may give the command, or for those after `by`.
Phases in which everything is the same share their lines, and `as in` names a phase with the same refusals.
";

/// A phase, and what every command does in it.
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) cells: Vec<((Name, Role), String)>,
}

/// The cells of each phase, by its heading.
pub(crate) fn table(sections: &[Section]) -> BTreeMap<String, Cells> {
    let entry = |Section { name, place, cells }: &Section| {
        let table: Cells = cells.iter().cloned().collect();
        assert_eq!(table.len(), cells.len(), "{name}: two commands have the same name");
        (format!("{name} [{place}]"), table)
    };
    sections.iter().map(entry).collect()
}

/// Collects the values of each key, in the order in which the keys first appear.
pub(crate) fn grouped<K: PartialEq, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Vec<(K, Vec<V>)> {
    let mut groups: Vec<(K, Vec<V>)> = Vec::new();
    for (key, value) in pairs {
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, values)) => values.push(value),
            None => groups.push((key, vec![value])),
        }
    }
    groups
}

fn joined(items: impl IntoIterator<Item = impl ToString>, separator: &str) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(separator)
}

/// Finds the roles that may give each command. Panics if they are not the same in every phase.
fn permitted(sections: &[Section]) -> Permitted {
    let mut permitted = Permitted::new();
    for Section { name: phase, cells, .. } in sections {
        for (name, cells) in grouped(cells.iter().map(|((name, role), said)| (name, (role, said)))) {
            let roles =
                cells.iter().filter(|(_, said)| !said.starts_with(NOT_PERMITTED)).map(|(role, _)| role);
            let refused_by: BTreeSet<_> =
                cells.iter().filter_map(|(_, said)| said.strip_prefix(NOT_PERMITTED)).collect();
            let roles = format!("{} {}", joined(roles, ", "), joined(refused_by, " "));
            let known = permitted.entry(name.clone()).or_insert_with(|| roles.clone());
            assert_eq!(*known, roles, "{phase}: the roles for {name:?} differ from those in other phases");
        }
    }
    permitted
}

/// Names commands: variants of one kind together, and all of a kind as "any". Each comes with the roles that it is for,
/// and whether those are all that may give it.
fn write_names(names: &[(&Name, String, bool)], variants: &Variants) -> String {
    let kinds = grouped(names.iter().map(|((kind, detail), roles, _)| {
        let by = |other: &(&Name, String, bool)| !other.2 && other.0.0 == *kind && other.1 == *roles;
        let by = if names.iter().any(by) { format!(" by {roles}") } else { String::new() };
        ((kind, by), detail)
    }));
    let kinds = kinds.into_iter().map(|((kind, by), details)| {
        let all = variants.iter().filter(|(other, _)| other == kind).flat_map(|(_, all)| all);
        let others: Vec<_> = all.filter(|detail| !details.contains(detail)).collect();
        match (others.len(), details.len()) {
            (0, 1) => format!("{kind}{by}"),
            (0, _) => format!("{kind}{by}: any"),
            (1..=3, 4..) => format!("{kind}{by}: any but {}", joined(others, ", ")),
            _ => format!("{kind}{by}: {}", joined(details, ", ")),
        }
    });
    joined(kinds, "; ")
}

/// Reads commands, and the roles that give them if those are not all that may.
fn read_names<'a>(text: &'a str, variants: &Variants) -> Vec<(Name, Option<&'a str>)> {
    let mut commands = Vec::new();
    for part in text.split("; ") {
        let (head, details) = part.split_once(": ").unwrap_or((part, "any"));
        let (kind, by) = head.split_once(" by ").map_or((head, None), |(kind, by)| (kind, Some(by)));
        let (all_but, details) = match (details, details.strip_prefix("any but ")) {
            ("any", _) => (true, ""),
            (_, Some(others)) => (true, others),
            (_, None) => (false, details),
        };
        let (_, all) = variants.iter().find(|(other, _)| other == kind).unwrap();
        let named = |detail: &&String| details.split(", ").any(|named| named == *detail);
        let meant = all.iter().filter(|detail| named(detail) != all_but);
        commands.extend(meant.map(|detail| ((kind.to_owned(), detail.clone()), by)));
    }
    commands
}

/// Writes two columns, wrapped if they are too long.
fn write_line(text: &mut String, left: &str, width: usize, right: &str) {
    let mut column = 1;
    text.push(' ');
    for word in format!("{left:<width$}  {right}").split(' ') {
        column += 1 + word.chars().count();
        if column > 150 {
            column = 6 + word.chars().count();
            text.push_str("\n     ");
        }
        text.push(' ');
        text.push_str(word);
    }
    text.push('\n');
}

/// The lines of a phase: what is accepted, and what is refused.
fn lines(cells: &[&((Name, Role), String)], permitted: &Permitted, variants: &Variants) -> (String, String) {
    let cells = cells.iter().filter(|(_, said)| !said.starts_with(NOT_PERMITTED));
    let cells = grouped(cells.map(|((name, role), said)| ((name, said), role)));
    let outcomes = cells.into_iter().map(|((name, said), roles)| {
        let roles = joined(roles, ", ");
        let are_all = permitted.get(name).is_some_and(|all| all.starts_with(&format!("{roles} (")));
        (said, (name, roles, are_all))
    });
    let (mut accepted, mut refused) = (String::new(), String::new());
    for (said, names) in grouped(outcomes) {
        let names = write_names(&names, variants);
        if said.starts_with('!') {
            write_line(&mut refused, said, 32, &names);
        } else {
            write_line(&mut accepted, &names, 42, said);
        }
    }
    (accepted, refused)
}

/// The commands that do the same in every phase.
fn constant(sections: &[Section]) -> BTreeSet<&Name> {
    let cells = sections.iter().flat_map(|section| &section.cells);
    let outcomes =
        cells.filter(|(_, said)| !said.starts_with(NOT_PERMITTED)).map(|((name, _), said)| (name, said));
    let names =
        grouped(outcomes).into_iter().filter(|(_, said)| said.iter().all(|one| Some(one) == said.first()));
    names.map(|(name, _)| name).collect()
}

/// Writes the matrix. A phase with the same refusals as an earlier one names that one.
pub(crate) fn written(sections: &[Section]) -> String {
    let (permitted, constant) = (permitted(sections), constant(sections));
    let is_constant = |cell: &&((Name, Role), String)| constant.contains(&cell.0.0);
    let first = &sections.first().unwrap().cells;
    let names = grouped(first.iter().map(|((name, _), _)| (name, ()))).into_iter().map(|(name, _)| name);
    let mut variants: Variants = grouped(names.clone().cloned());

    let mut text = format!("{PREFACE}\n== variants\n");
    for (kind, details) in &variants {
        write_line(&mut text, kind, 20, &joined(details, ", "));
    }
    text.push_str("\n== roles\n");
    for (roles, names) in
        grouped(names.map(|name| (permitted.get(name).unwrap(), (name, String::new(), true))))
    {
        write_line(&mut text, roles, 32, &write_names(&names, &variants));
    }
    let cells: Vec<_> = first.iter().filter(is_constant).collect();
    let (accepted, refused) = lines(&cells, &permitted, &variants);
    let _ = write!(text, "\n== every phase\n{accepted}{refused}");

    for (kind, details) in &mut variants {
        details.retain(|detail| !constant.contains(&(kind.clone(), detail.clone())));
    }
    let phases = grouped(sections.iter().map(|section| {
        let cells: Vec<_> = section.cells.iter().filter(|cell| !is_constant(cell)).collect();
        (lines(&cells, &permitted, &variants), section)
    }));
    let mut known: Vec<(String, &str)> = Vec::new();
    for ((accepted, refused), sections) in phases {
        text.push('\n');
        for Section { name, place, .. } in &sections {
            let _ = writeln!(text, "== {name} [{place}]");
        }
        text.push_str(&accepted);
        if let Some((_, phase)) = known.iter().find(|(lines, _)| *lines == refused) {
            write_line(&mut text, "! as in:", 0, phase);
        } else {
            text.push_str(&refused);
            known.push((refused, &sections.first().unwrap().name));
        }
    }
    text
}

/// Reads the cells of a phase from its columns.
fn read_cells(columns: &[(&str, &str)], permitted: &Permitted, variants: &Variants) -> Cells {
    let mut cells = Cells::new();
    for (left, right) in columns {
        let (said, names) = if left.starts_with('!') { (left, right) } else { (right, left) };
        for (name, by) in read_names(names, variants) {
            let (all, rule) = permitted.get(&name).and_then(|roles| roles.rsplit_once(' ')).unwrap();
            for role in Role::ALL {
                let is_in = |roles: &str| roles.split(", ").any(|name| name == role.to_string());
                if is_in(by.unwrap_or(all)) {
                    let other = cells.insert((name.clone(), *role), (*said).into());
                    assert_eq!(other, None, "{name:?} by {role} has two outcomes");
                } else if !is_in(all) {
                    cells.insert((name.clone(), *role), format!("{NOT_PERMITTED}{rule}"));
                }
            }
        }
    }
    cells
}

/// Reads the whole matrix back.
pub(crate) fn read(text: &str) -> BTreeMap<String, Cells> {
    let text = text.replace("\n      ", " ");
    let (mut variants, mut permitted) = (Variants::new(), Permitted::new());
    let (mut constant, mut table, mut refusals) =
        (Cells::new(), BTreeMap::new(), BTreeMap::<_, Vec<_>>::new());
    for block in text.split("\n\n").filter(|block| block.starts_with("== ")) {
        let (headings, lines): (Vec<_>, Vec<_>) = block.lines().partition(|line| line.starts_with("== "));
        let mut columns = Vec::new();
        for (left, right) in lines.iter().map(|line| line.trim().split_once("  ").unwrap()) {
            match left {
                "! as in:" => columns.extend_from_slice(refusals.get(right).unwrap()),
                _ => columns.push((left, right.trim())),
            }
        }
        for heading in headings.iter().map(|heading| heading.trim_start_matches("== ")) {
            match heading {
                "variants" => {
                    let details = |text: &str| text.split(", ").map(Into::into).collect();
                    variants.extend(columns.iter().map(|(kind, text)| ((*kind).into(), details(text))));
                }
                "roles" => {
                    for (roles, names) in &columns {
                        let names = read_names(names, &variants).into_iter();
                        permitted.extend(names.map(|(name, _)| (name, (*roles).to_owned())));
                    }
                }
                "every phase" => {
                    constant = read_cells(&columns, &permitted, &variants);
                    for (kind, details) in &mut variants {
                        let name = |detail: &String| (kind.clone(), detail.clone());
                        details.retain(|detail| !constant.contains_key(&(name(detail), Role::User)));
                    }
                }
                _ => {
                    let refused = columns.iter().copied().filter(|(left, _)| left.starts_with('!'));
                    refusals.insert(heading.split(" [").next().unwrap(), refused.collect());
                    let mut cells = read_cells(&columns, &permitted, &variants);
                    let kinds: BTreeSet<_> = cells.keys().map(|((kind, _), _)| kind.clone()).collect();
                    let constant = constant.iter().filter(|(((kind, _), _), _)| kinds.contains(kind));
                    cells.extend(constant.map(|(who, said)| (who.clone(), said.clone())));
                    table.insert(heading.to_owned(), cells);
                }
            }
        }
    }
    table
}
