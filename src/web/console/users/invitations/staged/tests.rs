use super::*;

fn read(form: &str) -> Staged {
    Staged::read(&Fields::parse(form.as_bytes()).unwrap(), "viewer")
}

fn rows_of(staged: &Staged) -> Vec<(&str, &str, &str)> {
    staged.rows.iter().map(|it| (it.address.as_str(), it.name.as_str(), it.role.as_str())).collect()
}

const THREE: &str = "rows=3&address-0=a%40x.org&name-0=Ada&role-0=admin&address-1=b%40x.org&role-1=viewer\
                     &address-2=nonsense&name-2=&role-2=viewer&mail=on";

/// S1-8: a pasted list becomes a row each, with the role for everybody; what is no address stays as it was typed.
#[test]
fn s1_8_a_pasted_list_becomes_a_row_each_and_loses_none() {
    let staged = read("text=a%40x.org%2C+%22B%2C+Bo%22+%3Cb%40x.org%3E%0Anonsense&role-all=admin&step=roles");

    let expected = [("a@x.org", "", "admin"), ("b@x.org", "B, Bo", "admin"), ("nonsense", "", "admin")];
    assert_eq!(rows_of(&staged), expected);
    assert!(staged.sends_mail && staged.has_new);
}

/// S1-9, S1-10: each row keeps its own role; one goes by its button, and all get one role by the button for that.
#[test]
fn s1_9_s1_10_each_row_is_kept_removed_or_given_the_role_for_all() {
    let kept = read(THREE);
    let removed = read(&format!("{THREE}&remove=1"));
    let same = read(&format!("{THREE}&role-all=contributor&step=apply"));
    let not_pressed = read(&format!("{THREE}&role-all=contributor&step=check"));

    let all = [("a@x.org", "Ada", "admin"), ("b@x.org", "", "viewer"), ("nonsense", "", "viewer")];
    assert_eq!(rows_of(&kept), all);
    assert_eq!(rows_of(&removed), [all[0], all[2]]);
    assert!(same.rows.iter().all(|it| it.role == "contributor"));
    assert_eq!(rows_of(&not_pressed), all);
}

/// S2-6: each row keeps its own teams.
#[test]
fn s2_6_each_row_keeps_the_teams_that_are_ticked() {
    let staged = read(&format!("{THREE}&team-0-x=on&team-0-y=on&team-2-x=on&team-12-z=on&remove=1"));

    let teams: Vec<_> = staged.rows.iter().map(|it| it.teams.clone()).collect();
    assert_eq!(teams, [vec!["x".to_owned(), "y".to_owned()], vec!["x".to_owned()]]);
}

#[test]
fn the_mail_is_on_until_somebody_switches_it_off() {
    let off = THREE.replace("&mail=on", "");

    assert!(read(THREE).sends_mail);
    assert!(!read(&off).sends_mail);
    assert!(read("text=a%40x.org").sends_mail);
}

#[test]
fn too_many_at_once_stay_in_the_field_they_were_pasted_into() {
    let many: String = (0..48).map(|it| format!("p{it}%40x.org+")).collect();

    let fits = read(&format!("rows=2&address-0=a&address-1=b&text={many}"));
    let too_many = read(&format!("{THREE}&text={many}"));

    assert_eq!((fits.rows.len(), fits.too_many), (50, None));
    assert_eq!((too_many.rows.len(), too_many.too_many), (3, Some(51)));
    assert!(too_many.text.starts_with("p0@x.org p1@x.org") && !too_many.has_new);
}

#[test]
fn a_form_that_says_nonsense_has_no_rows() {
    for form in ["", "rows=x", "rows=-1&address-0=a", "remove=0"] {
        assert_eq!(read(form).rows, [], "{form}");
    }
    assert_eq!(read("rows=99999999").rows.len(), AT_ONCE_MAX);
}
