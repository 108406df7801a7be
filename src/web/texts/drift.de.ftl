# Wo Personen von dem abweichen, was ein Identitätsanbieter über sie gesagt hat, in der Konsole.
drift = Abweichungen
drift-look = Ansehen, wer abweicht
drift-lead = Was der Identitätsanbieter zuletzt gesagt hat und was hier gilt. Namen, E-Mail-Adressen und die Mitglieder seiner Gruppen werden nur dort geändert und weichen deshalb nicht ab.
drift-kept = Zugang hier behalten
drift-kept-lead = Der Identitätsanbieter hat diese Benutzer deaktiviert oder gelöscht, und hier haben sie Zugang: Sie werden zurückgehalten, jemand hat sie aktiv gelassen, oder sie wurden von Hand wieder aktiviert. Wenn sie gegangen sind, deaktivieren Sie sie.
drift-shut-out = Hier deaktiviert
drift-shut-out-lead = Diese Benutzer sind beim Identitätsanbieter aktiv und wurden hier deaktiviert. Er kann sie wieder aktivieren, wenn er sie das nächste Mal sendet. Wenn sie gegangen sind, entfernen Sie sie dort.
drift-roles = Hier vergebene Rollen
drift-roles-lead = Diese Benutzer haben eine Rolle, die von Hand vergeben wurde. Sie bleibt, was der Identitätsanbieter auch sendet; ändern Sie sie auf der Seite des Benutzers.
drift-groups = Hier geführte Gruppen
drift-groups-lead = Diese Benutzer haben eine Rolle durch eine Gruppe, die hier geführt wird. Sie behalten sie, wenn sie die Gruppen des Identitätsanbieters verlassen.
drift-unmentioned = Nicht erwähnt
drift-unmentioned-lead = { $count ->
    [one] Der Identitätsanbieter hat diese Benutzer seit einem Tag nicht gesendet oder noch nie. Wer hier angelegt wurde oder sich angemeldet hat, ohne gesendet zu sein, wurde nie erwähnt. Er sendet Benutzer nur, wenn sich etwas ändert; sehen Sie also dort nach, ob er sie noch kennt.
   *[other] Der Identitätsanbieter hat diese Benutzer seit { $count } Tagen nicht gesendet oder noch nie. Wer hier angelegt wurde oder sich angemeldet hat, ohne gesendet zu sein, wurde nie erwähnt. Er sendet Benutzer nur, wenn sich etwas ändert; sehen Sie also dort nach, ob er sie noch kennt.
}
drift-none = Darin weicht niemand ab.
drift-said = Identitätsanbieter
drift-never = Nie gesagt
drift-said-active = Aktiv
drift-said-inactive = Deaktiviert
drift-said-gone = Gelöscht
drift-here = Hier
drift-group = Gruppe
drift-since = Seit wann, und durch wen
