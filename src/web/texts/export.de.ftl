### Die Teile des Protokolls, die als Dateien aufbewahrt werden.

exports = Vorbereitete Dateien
exports-lead = Teile des Protokolls, die zu Dateien gemacht wurden, jede mit einem signierten Manifest, das sie beweist. Sie werden eine Woche aufbewahrt, oder bis die Daten einer Person gelöscht werden.
no-exports = Es wurde keine Datei vorbereitet, oder alle sind wieder fort.
export-new = Datei vorbereiten
export-new-text = Die Datei entsteht im Hintergrund und enthält, was die Filter jetzt finden. Sie bekommen eine E-Mail, wenn sie fertig ist.
export-ask = Vorbereiten
export-all = Das ganze Protokoll
export-what = Was
export-until = Aufbewahrt bis
export-refresh = Aktualisieren
export-waiting = Wartet
export-under-way = In Arbeit
export-is-ready = Fertig
export-failed = Nicht erstellt
export-too-large = Sie wäre größer als 1 GiB. Engen Sie die Filter ein.
export-right-lost = Wer sie wollte, darf nicht mehr exportieren.
export-fault = Der Server konnte sie nicht erstellen. Fordern Sie sie noch einmal an.
export-deeds = { $count ->
    [one] { $count } Eintrag
   *[other] { $count } Einträge
 }
export-size = { $count } kB
export-file = Datei
export-manifest = Manifest
ask-export-delete = Diese Datei löschen?
ask-export-delete-text = Die Datei und ihr Manifest sind sofort fort. Das Protokoll selbst bleibt.
said-audit-export-asked = Die Datei wird vorbereitet. Sie ist in einer Weile da.
said-audit-export-deleted = Die Datei wurde gelöscht.
rule-no-file = Es gibt noch keine Datei, oder es wird keine geben. Sehen Sie noch einmal in die Liste.
did-audit-export-deleted = Vorbereitete Datei des Protokolls gelöscht
did-audit-export-failed = Datei des Protokolls nicht erstellt
did-audit-export-fetched = Vorbereitete Datei des Protokolls geholt
go-exports = Vorbereiteter Export, Protokollexport, Manifest, Nachweis, Herunterladen
