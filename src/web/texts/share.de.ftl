share-title = { $name } teilen
share = Teilen
do-share = Teilen
visibility = Sichtbar für
visibility-private = Privat
visibility-private-text = Niemand außer der Person, der es gehört, denen, die sehen, worin es liegt, oder zu seinem Projekt gehören, und denen, die alles dürfen. Freigaben enden damit.
visibility-all = Alle
visibility-all-text = Alle in der Organisation dürfen es ansehen. Freigaben zum Bearbeiten gelten zusätzlich.
visibility-specific = Bestimmte Personen und Teams
visibility-specific-text = Auch die, mit denen es geteilt ist.
shared-with = Geteilt mit
shared-with-nobody = Es ist mit niemandem geteilt.
share-rests = { $name }, nicht aktiv
share-with = Mit weiteren teilen
level-view = Nur ansehen
level-edit = Bearbeiten
end-share = Beenden
end-share-of = Die Freigabe für { $name } beenden
save-share = Die Freigabe für { $name } speichern
share-credentials = Die Zugangsdaten, die eine Ressource enthält, bleiben versiegelt. Keine Freigabe lässt jemanden sie lesen.
said-shared = Die Freigabe wurde geändert.
project-of-resource = Im Projekt
flaw-sharee = Wählen Sie eine aktive Person, der es nicht gehört, oder ein Team Ihrer Organisation.
denied-open-to-oneself = Niemand teilt, was anderen gehört, mit sich selbst, einem eigenen Team oder allen. Fragen Sie die Person, der es gehört.
may-share-resources = Ressourcen anderer teilen
did-share-changed = Hat eine Ressource geteilt
did-share-ended = Hat die Freigabe einer Ressource beendet
shares-count = { $count ->
    [0] Niemandem
    [one] 1 Person oder Team
   *[other] { $count } Personen und Teams
}
about-share = Freigaben von Ressourcen
on-this-page = Auf dieser Seite
project-access-control = Zugriffssteuerung des Projekts
did-app-activity = Hat gemeldet, was in einer Anwendung getan wurde
about-app = Was Anwendungen melden
may-report-activity = melden, was mit Ressourcen anderer getan wird
resource-history = Verlauf
