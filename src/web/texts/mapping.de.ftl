# Was Verbindungen woraus machen, in der Konsole.
mappings = Zuordnungen
mappings-lead = Was jede Verbindung woraus macht: was der Identitätsanbieter von Personen sagt, wird zu dem, was hier steht, und seine Wörter und Gruppen werden zu Rollen.
mappings-of = Zuordnungen von { $name }
mapping-look = Nachsehen, was woraus wird
mapping-roles-lead = Wie Personen dieser Verbindung zu einer Rolle kommen. Von allen, die sie haben, gilt die höchste; welche das ist und woher sie kommt, steht auf der Seite des Benutzers unter „Zugriff“.
mapping-way-roles = Durch „roles“: der Schlüssel einer Rolle oder ihr Name, groß oder klein geschrieben.
mapping-way-entitlements = Durch „entitlements“, ebenso.
mapping-way-no-entitlements = „entitlements“ gibt nichts, weil dieser Anbieter nicht verwaltet, wer was darf.
mapping-way-attribute = Durch das Attribut { $name }, ebenso.
mapping-way-groups = Durch die Gruppen des Identitätsanbieters, die eine Rolle geben. Sie stehen unten.
mapping-way-hand = Von Hand oder durch eine Gruppe, die hier geführt wird, was auch immer der Identitätsanbieter sagt.
mapping-way-sign-in = Was eine Anmeldung von Rollen und Gruppen sagt, gibt nichts.
mapping-way-default = Wem nichts davon eine Rolle gibt: { $name }.
mapping-way-no-default = Wem nichts davon eine Rolle gibt, der hat keine.
mapping-ceiling = Die Verbindung gibt { $name } und was darunter ist. Eine Anfrage, die eine Rolle darüber nennt, wird abgewiesen.
mapping-no-ceiling = Die Verbindung gibt jede Rolle, die nicht geschützt ist. Eine Anfrage, die eine geschützte nennt, wird abgewiesen.
mapping-no-ceiling-at-all = Die Verbindung gibt jede Rolle, auch die geschützten.
mapping-words-for = Wörter dafür
mapping-people = Haben sie durch
mapping-within = Kann vergeben werden
mapping-above = Über der höchsten
mapping-words = Wörter, die nichts geben
mapping-words-looked = { $count ->
    [one] Ein Benutzer der Verbindung wurde angesehen.
   *[other] Die { $count } neuesten Benutzer der Verbindung wurden angesehen, ohne die deaktivierten.
}
mapping-words-none = Jedes Wort, das eine Rolle geben könnte, nennt eine.
mapping-words-lead = Der Identitätsanbieter sagt sie von Personen, und keine Rolle hat eines davon als Schlüssel oder Namen. Lassen Sie ihn eines der Wörter oben sagen, oder legen Sie eine Rolle dieses Namens an. Beides gilt für eine Person ab der nächsten Meldung über sie.
mapping-new-role = Neue Rolle
mapping-words-more = Nur die { $count }, die die meisten Personen haben, werden gezeigt.
mapping-word = Wort
mapping-attribute = Attribut
mapping-said-at = Letzte Meldung
mapping-example = Zum Beispiel
mapping-groups-lead = Eine Gruppe des Identitätsanbieters gibt nichts, bis jemand sie eine Rolle geben lässt oder in ein Projekt aufnimmt. Beides geschieht auf der Seite der Gruppe und des Projekts.
mapping-groups-mapped = { $count ->
    [one] Eine Gruppe gibt eine Rolle
   *[other] { $count } Gruppen geben eine Rolle
}
mapping-groups-none = Keine Gruppe dieser Verbindung gibt eine Rolle.
mapping-groups-awaited = Geben eine Rolle, sobald sie übertragen sind
mapping-withdraw = Wegnehmen: Rolle { $role }, Gruppe { $name }
mapping-groups-unmapped = { $count ->
    [one] Eine Gruppe gibt keine Rolle
   *[other] { $count } Gruppen geben keine Rolle
}
mapping-groups-all-mapped = Es gibt keine Gruppe dieser Verbindung, die keine Rolle gibt.
mapping-shown = Die ersten { $count } werden gezeigt, nach Namen.
mapping-map = Eine Gruppe eine Rolle geben lassen
mapping-map-hint = Eine Gruppe, die noch nicht da ist, gibt die Rolle, sobald der Identitätsanbieter sie überträgt. Dann hat jedes Mitglied die Rolle.
mapping-group = Name der Gruppe oder ihre Kennung dort
mapping-do-map = Die Rolle geben lassen
said-group-awaited = Die Gruppe gibt die Rolle, sobald sie übertragen ist.
mapping-attributes = Attribute
mapping-attributes-lead = Was der Identitätsanbieter von einer Person sagt, und was daraus hier wird. Wo mehrere genannt sind, gilt das erste, das etwas sagt.
mapping-jit = Auch die erste Anmeldung von jemandem, der nicht übertragen wurde, liefert einiges davon; spätere Anmeldungen ändern nichts.
mapping-no-jit = Anmeldungen liefern nichts: Diese Verbindung legt Benutzer nur für die an, die übertragen werden.
mapping-field = Hier
mapping-scim = Über SCIM
mapping-first-sign-in = Bei der ersten Anmeldung
mapping-kept-by = Wer es bestimmt
mapping-kept-provider = Identitätsanbieter
mapping-kept-both = Wer zuletzt sprach
mapping-kept-nobody = Nicht übernommen
mapping-external-id = Kennung beim Anbieter
mapping-active = Darf sich anmelden
mapping-others = Alles andere
mapping-note-email = Bei einer Anmeldung nur eine Adresse, von der der Anbieter sagt, dass sie bestätigt ist.
mapping-note-id = An dieser Kennung erkennt eine Anmeldung den Benutzer.
mapping-note-id-or-email = An dieser Kennung erkennt eine Anmeldung den Benutzer; wo es keine gibt, an einer bestätigten Adresse.
mapping-note-active = Wer über die erlaubte Zahl hinaus deaktiviert wird, wartet, bis jemand entschieden hat.
mapping-note-no-password = Neue Benutzer dieser Verbindung melden sich beim Anbieter an; ein Passwort, das er für sie sendet, wird nicht übernommen.
mapping-note-language = Das zweite nur für Briefe.
mapping-note-role = Wie oben aufgezählt.
mapping-note-hold = Auf Mitglieder, die es noch nicht gibt, wird gewartet.
mapping-note-ignore = Mitglieder, die es noch nicht gibt, werden weggelassen.
mapping-note-reject = Mitglieder, die es noch nicht gibt, lassen die Übertragung scheitern.
mapping-note-others = Steht hier, wie es gesagt wurde, und wird so zurückgegeben, auch eigene Schemas; es gibt niemandem etwas.
mapping-change = Ändern, wie sich Personen anmelden und ob der Anbieter den Zugriff verwaltet
health-glance = Alle Verbindungen
health-worst = Das Wichtigste
