//! The table of users: core, enterprise extension and Doorward's own extension.

use super::{
    Attribute, CORE_USER_URN, DOORWARD_URN, ENTERPRISE_URN, Kind, Mutability, ResourceType, Returned, Schema,
    Uniqueness,
};

/// Users.
pub static USER: ResourceType = ResourceType {
    name: "User",
    endpoint: "/Users",
    description: "People of the organisation",
    core: &CORE,
    extensions: &[&ENTERPRISE, &DOORWARD],
};

static CORE: Schema = Schema {
    urn: CORE_USER_URN,
    name: "User",
    description: "A person of the organisation",
    attributes: &[
        Attribute::text("userName", "The name the person signs in with; unique in the organisation.")
            .required()
            .unique(Uniqueness::Server)
            .at_most(254),
        Attribute::complex("name", NAME, "The parts of the person's name."),
        Attribute::text("displayName", "The name shown to others.").at_most(256),
        Attribute::text("nickName", "What colleagues call the person."),
        Attribute::reference("profileUrl", &["external"], "A page about the person."),
        Attribute::text("title", "The job title."),
        Attribute::text("userType", "The kind of employment, such as `Employee` or `Contractor`."),
        Attribute::text("preferredLanguage", "The language the person prefers, such as `en-US`."),
        Attribute::text("locale", "Where the person is, for dates and numbers, such as `en-US`."),
        Attribute::text("timezone", "The time zone, such as `Europe/Zurich`."),
        Attribute::new("active", Kind::Boolean, "Whether the person may sign in; `false` ends every session at once."),
        Attribute::text("password", "A password for people who sign in here rather than at the identity provider.")
            .exact()
            .mutability(Mutability::WriteOnly)
            .returned(Returned::Never),
        Attribute::list("emails", EMAIL, "E-mail addresses."),
        Attribute::list("phoneNumbers", PHONE, "Phone numbers, kept as they were sent."),
        Attribute::list("ims", IM, "Instant messaging addresses."),
        Attribute::list("photos", PHOTO, "Addresses of pictures."),
        Attribute::list("addresses", ADDRESS, "Postal addresses."),
        Attribute::list("groups", GROUPS, "The groups the person is a member of; changed through the groups.")
            .read_only(),
        Attribute::list("entitlements", PLAIN, "Things the person is entitled to."),
        Attribute::list(
            "roles",
            PLAIN,
            "Roles the identity provider asserts; they count up to the connection's ceiling.",
        ),
        Attribute::list("x509Certificates", CERTIFICATE, "Certificates issued to the person."),
    ],
};

const NAME: &[Attribute] = &[
    Attribute::text("formatted", "The whole name as it is written."),
    Attribute::text("familyName", "The family name."),
    Attribute::text("givenName", "The given name."),
    Attribute::text("middleName", "The middle names."),
    Attribute::text("honorificPrefix", "What stands before the name, such as `Dr.`."),
    Attribute::text("honorificSuffix", "What stands after the name, such as `III`."),
];

const DISPLAY: Attribute = Attribute::text("display", "The value as it is shown.");
const TYPE: Attribute = Attribute::text("type", "What the value is for.");
const PRIMARY: Attribute =
    Attribute::new("primary", Kind::Boolean, "Whether this is the preferred value; at most one is.");

const EMAIL: &[Attribute] =
    &[Attribute::text("value", "The address.").at_most(254), DISPLAY, TYPE.values(&["work", "home", "other"]), PRIMARY];
const PHONE: &[Attribute] = &[
    Attribute::text("value", "The number."),
    DISPLAY,
    TYPE.values(&["work", "home", "mobile", "fax", "pager", "other"]),
    PRIMARY,
];
const IM: &[Attribute] = &[
    Attribute::text("value", "The address."),
    DISPLAY,
    TYPE.values(&["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"]),
    PRIMARY,
];
const PHOTO: &[Attribute] = &[
    Attribute::reference("value", &["external"], "Where the picture is."),
    DISPLAY,
    TYPE.values(&["photo", "thumbnail"]),
    PRIMARY,
];
const ADDRESS: &[Attribute] = &[
    Attribute::text("formatted", "The whole address as it is written."),
    Attribute::text("streetAddress", "Street and number."),
    Attribute::text("locality", "City."),
    Attribute::text("region", "State or region."),
    Attribute::text("postalCode", "Postal code."),
    Attribute::text("country", "Country."),
    TYPE.values(&["work", "home", "other"]),
    PRIMARY,
];
const PLAIN: &[Attribute] = &[Attribute::text("value", "The value."), DISPLAY, TYPE, PRIMARY];
const CERTIFICATE: &[Attribute] =
    &[Attribute::new("value", Kind::Binary, "The certificate, DER in base64."), DISPLAY, TYPE, PRIMARY];
const GROUPS: &[Attribute] = &[
    Attribute::text("value", "The id of the group.").exact().read_only(),
    Attribute::reference("$ref", &["Group"], "Where the group is.").read_only(),
    Attribute::text("display", "The name of the group.").read_only(),
    Attribute::text("type", "How the person is a member.").values(&["direct"]).read_only(),
];

static ENTERPRISE: Schema = Schema {
    urn: ENTERPRISE_URN,
    name: "EnterpriseUser",
    description: "A person's place in the enterprise",
    attributes: &[
        Attribute::text("employeeNumber", "The number of the employee."),
        Attribute::text("costCenter", "The cost centre."),
        Attribute::text("organization", "The organisation within the enterprise."),
        Attribute::text("division", "The division."),
        Attribute::text("department", "The department."),
        Attribute::complex("manager", MANAGER, "The person's manager."),
    ],
};

// RFC 7643 makes the manager's displayName readOnly; Okta's standard mapping writes it, so it is kept as written.
const MANAGER: &[Attribute] = &[
    Attribute::text("value", "The id of the manager.").exact(),
    Attribute::reference("$ref", &["User"], "Where the manager is; made from the id."),
    Attribute::text("displayName", "The name of the manager.").at_most(256),
];

static DOORWARD: Schema = Schema {
    urn: DOORWARD_URN,
    name: "DoorwardUser",
    description: "What Doorward adds to a person; the state it reports is shown on request",
    attributes: &[
        Attribute::text("accessReason", "Why the person has access, for those who review it."),
        Attribute::text("gender", "The gender, in the person's own words."),
        Attribute::text(
            "birthdate",
            "The birthday, as `1990-05-17`, as `0000-05-17` without the year, or the year alone.",
        ),
        Attribute::reference("website", &["external"], "The person's own page."),
        Attribute::text("authMode", "Where the person signs in; fixed when the person is created.")
            .values(&["sso", "password"])
            .read_only()
            .returned(Returned::Request),
        Attribute::text("status", "Where the person stands between invitation and deactivation.")
            .values(&["pending", "active", "deactivated"])
            .read_only()
            .returned(Returned::Request),
        Attribute::text("effectiveRole", "The role that counts, over all sources and ceilings.")
            .read_only()
            .returned(Returned::Request),
        Attribute::new("mustChangePassword", Kind::Boolean, "Whether the next sign-in starts with a new password.")
            .read_only()
            .returned(Returned::Request),
    ],
};
