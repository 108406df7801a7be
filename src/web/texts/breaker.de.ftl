# Wen ein Identitätsanbieter deaktiviert und wer wartet, bis jemand zustimmt, in der Konsole.
held = Zurückgehaltene Deaktivierungen
held-lead = Solange sie zurückgehalten werden, können sich diese Personen wie bisher anmelden; ebenso alle weiteren, die der Identitätsanbieter deaktiviert, bis Sie entschieden haben. Er weiß, dass nichts geschehen ist, und fragt wieder. Wer sicher gegangen ist, lässt sich sofort von Hand deaktivieren, auf der Seite des Benutzers.
held-none = Niemand wird zurückgehalten.
held-under-way = { $count ->
    [one] Ein Benutzer wird gerade deaktiviert oder gelöscht, wie entschieden.
   *[other] { $count } Benutzer werden gerade deaktiviert oder gelöscht, wie entschieden.
 }
held-plan = Was das Ausführen täte
held-would-deactivate = { $count ->
    [one] Ein Benutzer würde deaktiviert.
   *[other] { $count } Benutzer würden deaktiviert.
 }
held-would-delete = { $count ->
    [one] Ein Benutzer würde gelöscht.
   *[other] { $count } Benutzer würden gelöscht.
 }
held-release = Jetzt ausführen
held-refuse = Aktiv lassen
held-refuse-hint = Wenn Sie sie aktiv lassen, wird der Identitätsanbieter einen Tag lang abgewiesen, wenn er dasselbe wieder verlangt. Berichtigen Sie dort, was nicht stimmt.
held-shown = Die ersten { $count } sind zu sehen.
held-what = Was er verlangt
held-since = Zurückgehalten seit
held-deactivate = Deaktivieren
held-delete = Löschen
held-deactivated = Ist schon deaktiviert und würde ausgelassen.
held-moved = Gehört nicht mehr zu dieser Verbindung und würde ausgelassen.
held-last-holder = Hat als Letzter eine geschützte Rolle und würde ausgelassen.
held-now = { $count ->
    [one] Der Identitätsanbieter will mehr Benutzer deaktivieren, als die Grenze erlaubt; einer wird zurückgehalten.
   *[other] Der Identitätsanbieter will mehr Benutzer deaktivieren, als die Grenze erlaubt; { $count } werden zurückgehalten.
 }
held-decide = Ansehen und entscheiden
breaker-off = Aus: Wen der Identitätsanbieter deaktiviert oder löscht, der ist es sofort, wie viele es auch sind.
breaker-number = Mehr als { $count } innerhalb von { $minutes } Minuten werden zurückgehalten, bis jemand entschieden hat.
breaker-number-and-share = Mehr als { $count } innerhalb von { $minutes } Minuten werden zurückgehalten, bis jemand entschieden hat, wenn es auch mehr als { $percent } % der Benutzer der Verbindung sind.
connection-breaker = Viele Deaktivierungen zurückhalten
connection-breaker-hint = Wenn der Identitätsanbieter auf einmal mehr Benutzer deaktiviert oder löscht, als diese beiden Zahlen erlauben, warten die übrigen, bis Sie entschieden haben. Erhöhen Sie die Zahlen, bevor Sie mit Absicht viele Personen deaktivieren lassen.
breaker-people = Anzahl der Benutzer
breaker-percent = Und Anteil an den Benutzern der Verbindung, in Prozent
breaker-minutes = Innerhalb von so vielen Minuten
said-releasing = { $count ->
    [one] Ein Benutzer wird jetzt deaktiviert oder gelöscht.
   *[other] { $count } Benutzer werden jetzt nacheinander deaktiviert oder gelöscht.
 }
said-released = { $done ->
    [one] Ein Benutzer wurde deaktiviert oder gelöscht.
   *[other] { $done } Benutzer wurden deaktiviert oder gelöscht.
 } { $skipped ->
    [0] Niemand wurde ausgelassen.
    [one] Einer wurde ausgelassen.
   *[other] { $skipped } wurden ausgelassen.
 }
said-kept = { $count ->
    [one] Ein Benutzer bleibt aktiv.
   *[other] { $count } Benutzer bleiben aktiv.
 }
