share-title = Share { $name }
share = Share
do-share = Share
visibility = Visible to
visibility-private = Private
visibility-private-text = Nobody beside its owner, those who see what it lies in or are on its project, and those who may do everything. Whoever it was shared with loses that.
visibility-all = All users
visibility-all-text = Everybody in the organisation may view it. Shares for editing count as well.
visibility-specific = Specific users and teams
visibility-specific-text = Those it is shared with as well.
shared-with = Shared with
shared-with-nobody = It is shared with nobody.
share-rests = { $name }, not active
share-with = Share with more
level-view = View only
level-edit = Edit
end-share = End
end-share-of = End the share with { $name }
save-share = Save the share with { $name }
share-credentials = The credentials that a resource holds stay sealed. No share lets anybody read them.
said-shared = The sharing was changed.
project-of-resource = On the project
flaw-sharee = Choose an active user who does not own it, or a team of your organisation.
denied-open-to-oneself = Nobody shares what is not theirs with themselves, with a team of theirs or with everybody. Ask the owner.
may-share-resources = share resources of others
did-share-changed = Shared a resource
did-share-ended = Ended a share of a resource
shares-count = { $count ->
    [0] Nobody
    [one] 1 user or team
   *[other] { $count } users and teams
}
about-share = Shares of resources
on-this-page = On this page
project-access-control = Access Control
did-app-activity = Reported what was done in an application
about-app = What applications report
may-report-activity = report what is done to resources of others
resource-history = History
