# Das Journal der Bereitstellung, in der Konsole.
journal = Journal
journal-lead = Jede Anfrage der Identitätsanbieter über SCIM, was daraus wurde und warum. Passwörter werden nie aufbewahrt.
journal-none = Das Journal enthält keine Anfrage.
journal-of-user = Anfragen zu dieser Person
journal-days = { $count ->
    [one] Anfragen werden einen Tag aufbewahrt
   *[other] Anfragen werden { $count } Tage aufbewahrt
 }
journal-request = Anfrage
journal-answer = Antwort
journal-result = Ergebnis
journal-every-result = Jedes Ergebnis
journal-changed = Geändert
journal-nothing = Nichts zu tun
journal-read = Gelesen
journal-refused = Abgelehnt
journal-times = { $count } Anfragen
journal-failed = Nicht ausgeführt
journal-waiting = Wartet
journal-waiting-text = Es wurde geantwortet, dass sie aufbewahrt wird. Sie wird ausgeführt, sobald die vor ihr ausgeführt sind.
journal-nothing-text = Alles war schon so, also wurde nichts geschrieben.
journal-nothing-else = Alles andere war schon so, also wurde nichts geschrieben.
journal-left-alone = Unverändert, weil das Token es nicht nennt: { $name }.
journal-read-text = Es wurde gelesen.
journal-refused-text = Die Antwort sagt nicht, warum.
journal-found = { $count ->
    [0] Nichts wurde gefunden.
    [one] Ein Eintrag wurde gefunden.
   *[other] { $count } Einträge wurden gefunden.
 }
journal-more = { $count ->
    [one] und eine weitere
   *[other] und { $count } weitere
 }
journal-about = Betrifft
journal-txn = Nummer des Ergebnisses
journal-took = Beantwortet in
journal-did = Was sie bewirkt hat
journal-too-large = Der Inhalt hatte { $count } Bytes und ist damit zu groß für das Journal.
journal-no-body = Sie hatte keinen Inhalt.
journal-no-answer = Die Antwort hatte keinen Inhalt, oder einen, der zu groß für das Journal ist.
journal-try = Was würde sie jetzt bewirken?
journal-trial = Was sie jetzt bewirken würde
journal-trial-hint = Noch wurde nichts ausgeführt. Mitglieder von Gruppen stehen bei dem, was geschähe, und nicht unter den Attributen.
do-replay = Jetzt ausführen
journal-replay-of = Nicht vom Anbieter
journal-first = Diese Anfrage hat jemand aus der Verwaltung wiederholt
said-replayed = Die Anfrage wurde wiederholt. Was daraus wurde, steht unten.
journal-would-refuse = Sie würde abgelehnt:
journal-would-do = Im Protokoll stünde:
journal-would-nothing = Nichts: Alles ist schon so.
journal-attribute = Attribut
journal-now = Jetzt
journal-then = Dann

## Members that are waited for

waiting = Erwartete Mitglieder
waiting-lead = Ein Identitätsanbieter hat sie Gruppen zugewiesen, ohne sie übertragen zu haben. Jedes Mitglied kommt in die Gruppe, sobald es mit dieser externen ID übertragen wird.
waiting-none = Keine Gruppe wartet auf jemanden.
waiting-total = { $count ->
    [one] Ein Mitglied wird erwartet.
   *[other] { $count } Mitglieder werden erwartet.
 }
waiting-shown = Die ersten { $count } werden gezeigt.
waiting-value = Erwartet
waiting-group = Gruppe
waiting-since = Seit
