### Deutsch, für die Briefe.
###
### $organisation und $user gibt es in jedem Brief, $name nur in der Anrede und wo etwas einen Namen hat.

greeting = Guten Tag { $name },
greeting-nobody = Guten Tag,
moment = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
 } { $year }, { $time } UTC

## Was in mehreren Briefen steht
sign-in = Anmelden
open-account = Ihr Konto öffnen
look-at-account = Ihr Konto ansehen
open-doorward = Doorward öffnen
choose-new-password = Neues Passwort wählen
if-not-you = Waren Sie das selbst, ist nichts zu tun. Wenn nicht, ändern Sie jetzt Ihr Passwort und sagen Sie jemandem aus der Verwaltung Bescheid.
if-unexpected = Kommt das für Sie unerwartet, fragen Sie sofort jemanden aus der Verwaltung Ihrer Organisation.
if-mistake = Ist das ein Irrtum, fragen Sie sofort jemanden aus der Verwaltung Ihrer Organisation.
if-not-asked = Haben Sie nicht darum gebeten, sagen Sie sofort jemandem aus der Verwaltung Ihrer Organisation Bescheid.

done-by = Wer das getan hat: { $by }.
done-at = Wann: { $at }.
done-at-address = Wann: { $at }. Von wo: Adresse { $from }.
done-in-browser = Wann: { $at }. Von wo: { $browser }, Adresse { $from }.

## Wege zu einem Passwort
reset-subject = Neues Passwort für { $organisation } wählen
reset-asked = jemand, wahrscheinlich Sie selbst, hat um ein neues Passwort für { $user } bei { $organisation } gebeten.
reset-sent = jemand aus der Verwaltung von { $organisation } hat Ihnen einen Link geschickt, um ein neues Passwort für { $user } zu wählen.
reset-sent-once = Der Link gilt einmal, 30 Minuten lang. Bis Sie ihn benutzen, bleibt Ihr Passwort, wie es ist.
reset-once = Der Link gilt einmal, 30 Minuten lang. Waren Sie es nicht, tun Sie nichts: Ihr Passwort bleibt, wie es ist.
activation-subject = Ihr Konto bei { $organisation }
activation-made = bei { $organisation } gibt es jetzt ein Konto für Sie. Ihr Benutzername ist { $user }.
activation-link = Ihr Passwort wählen
activation-once = Der Link gilt einmal, drei Tage lang. Danach bitten Sie jemanden aus der Verwaltung um einen neuen.
activation-unexpected = Haben Sie das nicht erwartet, tun Sie nichts und geben Sie den Link niemandem. Mehr weiß die Verwaltung von { $organisation }.
temporary-subject = Ihr vorläufiges Passwort für { $organisation }
temporary-is = Ihr Benutzername bei { $organisation } ist { $user }. Ihr vorläufiges Passwort lautet:
temporary-day = Es gilt einmal, innerhalb von 24 Stunden. Gleich danach wählen Sie Ihr eigenes.
temporary-until = Es gilt einmal, bis { $until }. Gleich danach wählen Sie Ihr eigenes.
changed-subject = Ihr Passwort bei { $organisation } wurde geändert
changed-now = das Passwort von { $user } bei { $organisation } wurde gerade geändert, und alle anderen Sitzungen sind beendet. Waren Sie es nicht, wählen Sie sofort ein neues und sagen Sie jemandem aus der Verwaltung Ihrer Organisation Bescheid.
set-temporary-subject = Für Sie wurde bei { $organisation } ein vorläufiges Passwort gesetzt
set-temporary = jemand aus der Verwaltung hat ein vorläufiges Passwort für { $user } bei { $organisation } gesetzt und wird es Ihnen geben. Es gilt einmal, bis { $until }. Gleich danach wählen Sie Ihr eigenes.
set-for-good = jemand aus der Verwaltung hat ein neues Passwort für { $user } bei { $organisation } gesetzt und wird es Ihnen geben.
set-unexpected = Kommt das für Sie unerwartet, fragen Sie sofort jemanden aus der Verwaltung Ihrer Organisation. Sie können auch selbst ein Passwort wählen:
all-ended = Das bisherige Passwort gilt nicht mehr, und alle Sitzungen und persönlichen Token sind beendet.

## Was jemand mit dem eigenen Konto getan hat
new-sign-in-subject = Eine neue Anmeldung bei { $organisation }
new-sign-in = jemand hat sich als { $user } bei { $organisation } in einem Browser angemeldet, in dem das noch niemand getan hatte: { $browser }, Adresse { $from }, { $at }.
device-subject = Ein Gerät wurde bei { $organisation } angemeldet
device-in = ein Gerät mit der Anwendung { $name } wurde als { $user } bei { $organisation } angemeldet. Es bleibt angemeldet, bis es unter den Sitzungen des Kontos beendet wird.
browser-on = { $browser } unter { $system }
other-browser = ein anderer Browser oder ein Programm
linked-subject = Ihr Konto bei { $organisation } wurde mit { $provider } verknüpft
linked = jemand hat sich bei { $provider } als Inhaber dieser Adresse angemeldet und öffnet damit von jetzt an das Konto { $user } bei { $organisation }.
linked-unexpected = Waren Sie das, ist nichts zu tun. Wenn nicht, melden Sie es sofort der Verwaltung Ihrer Organisation: Jemand anders könnte Ihr Konto benutzen.
linked-here = Ihr Konto { $user } bei { $organisation } gehört von jetzt an zu { $provider }, wie eine Verwalterin oder ein Verwalter entschieden hat: Ihr Name, Ihre Adresse und Ihr Zugang werden dort geführt. Wo Sie angemeldet waren, sind Sie abgemeldet.
linked-here-there = Melden Sie sich von jetzt an dort an; ein Passwort, das Sie hier hatten, gilt nicht mehr.
linked-here-as-before = Melden Sie sich an wie bisher.
own-password-subject = Ihr Passwort für { $organisation } wurde geändert
own-password = das Passwort von { $user } bei { $organisation } wurde von jemandem geändert, der das bisherige kannte.
own-password-not-you = Waren Sie das selbst, ist nichts zu tun. Wenn nicht, lassen Sie sich jetzt einen Link für ein neues Passwort an diese Adresse schicken, und sagen Sie jemandem aus der Verwaltung Ihrer Organisation Bescheid.
factor-on-subject = Ein zweiter Faktor schützt Ihr Konto bei { $organisation }
factor-on = für { $user } bei { $organisation } wurde eine Authenticator-App eingerichtet. Von jetzt an braucht die Anmeldung einen Code daraus.
factor-off-subject = Ihr zweiter Faktor bei { $organisation } wurde ausgeschaltet
factor-off = der zweite Faktor von { $user } bei { $organisation } wurde auf der Kontoseite ausgeschaltet. Die Anmeldung braucht jetzt nur noch das Passwort.
app-removed-subject = Ihre Authenticator-App bei { $organisation } wurde entfernt
app-removed = die Authenticator-App von { $user } bei { $organisation } wurde auf der Kontoseite entfernt. Die Anmeldung braucht jetzt einen Passkey.
passkey-added-subject = Ein neuer Passkey öffnet Ihr Konto bei { $organisation }
passkey-added = für { $user } bei { $organisation } ist ein Passkey dazugekommen. Er öffnet das Konto allein. Sein Name: { $name }
passkey-removed-subject = Ein Passkey von Ihnen bei { $organisation } wurde entfernt
passkey-removed = ein Passkey von { $user } bei { $organisation } wurde auf der Kontoseite entfernt und öffnet das Konto nicht mehr. Sein Name war: { $name }
codes-new-subject = Ihre Wiederherstellungscodes für { $organisation } sind neu
codes-new = { $user } hat bei { $organisation } neue Wiederherstellungscodes. Die früheren gelten nicht mehr.
code-used-subject = Bei { $organisation } wurde ein Wiederherstellungscode benutzt
code-used = jemand hat sich als { $user } bei { $organisation } mit einem Wiederherstellungscode angemeldet. Übrige Codes: { $count }.
token-subject = Ein neuer Token von Ihnen bei { $organisation }
token-new = { $user } hat bei { $organisation } einen neuen Token für die API. Sein Name: { $name }

## Einladungen
invitation-subject = Ihre Einladung zu { $organisation }
invitation-by = { $name } lädt Sie zu { $organisation } ein, als { $role }. Ihr Benutzername wird { $user } sein.
invitation-by-nobody = Sie sind zu { $organisation } eingeladen, als { $role }. Ihr Benutzername wird { $user } sein.
invitation-link = Annehmen oder ablehnen
invitation-once = Der Link gilt einmal, sieben Tage lang. Haben Sie das nicht erwartet, tun Sie nichts: Ohne Sie geschieht nichts.
refused-subject = Eine Einladung zu { $organisation } wurde abgewiesen
refused-why = { $address } wollte mit einer Einladung von { $name } zu { $organisation } kommen. { $name } darf diese Rolle aber nicht mehr vergeben. Die Einladung wurde abgewiesen und ist beendet.
refused-next = Soll diese Person kommen, laden Sie sie selbst neu ein.
wanted-subject = { $address } bittet um eine neue Einladung zu { $organisation }
wanted = Die Einladung zu { $organisation } für { $address } ist abgelaufen. Wer sie bekommen hat, bittet um eine neue.
wanted-of = Die Einladung zu { $organisation }, die { $name } an { $address } geschickt hat, ist abgelaufen. Wer sie bekommen hat, bittet um eine neue.
wanted-next = Soll diese Person kommen, senden Sie die Einladung erneut. Wenn nicht, löschen Sie sie: Davon erfährt niemand.
open-invitations = Einladungen öffnen

## Was die Verwaltung getan hat
role-subject = Ihre Rolle bei { $organisation } hat sich geändert
role-is = von jetzt an haben Sie bei { $organisation } die Rolle { $role }.
role-was = bei { $organisation } hatten Sie die Rolle { $before }; von jetzt an haben Sie die Rolle { $role }.
role-now = Sie brauchen sich nicht neu anzumelden.
closed-subject = Ihr Konto bei { $organisation } ist geschlossen
closed = das Konto { $user } bei { $organisation } wurde deaktiviert. Sie sind überall abgemeldet; was Sie gemacht haben, bleibt, wie es ist.
removed-subject = Ihr Konto bei { $organisation } wurde entfernt
removed = das Konto { $user } bei { $organisation } wurde entfernt. Sie sind überall abgemeldet und können sich dort nicht mehr anmelden.
left-subject = Sie haben { $organisation } verlassen
left = Sie haben { $organisation } verlassen. Das Konto { $user } gibt es nicht mehr, und niemand kann sich noch damit anmelden.
left-not-you = Waren Sie das nicht, sagen Sie sofort jemandem aus der Verwaltung von { $organisation } Bescheid.
holder-left-subject = { $name } hat { $organisation } verlassen
holder-left = { $name } hat { $organisation } verlassen und hatte dort eine geschützte Rolle: { $role }.
holder-left-next = Andere haben diese Rolle noch. Sind es zu wenige, geben Sie sie jemandem dazu.
open-subject = Ihr Konto bei { $organisation } ist wieder offen
open = das Konto { $user } bei { $organisation } funktioniert wieder, mit allem, was dazugehörte.
mfa-reset-subject = Ihr zweiter Faktor bei { $organisation } wurde zurückgesetzt
mfa-reset = jemand aus der Verwaltung hat jeden zweiten Faktor von { $user } bei { $organisation } entfernt: Authenticator-App, Passkeys und Wiederherstellungscodes. Sie sind überall abgemeldet, und Ihre persönlichen Token gelten nicht mehr. Verlangt { $organisation } einen zweiten Faktor, richten Sie ihn bei der nächsten Anmeldung ein.
confirm-subject = Bestätigen Sie Ihre neue Adresse bei { $organisation }
confirm-asked = jemand, vermutlich Sie, möchte, dass E-Mails zum Konto { $user } bei { $organisation } an diese Adresse gehen.
confirm-link = Diese Adresse bestätigen
confirm-once = Der Link gilt einmal, 30 Minuten lang. Waren Sie es nicht, tun Sie nichts: Es ändert sich nichts.
address-asked-subject = Eine andere E-Mail-Adresse für Ihr Konto bei { $organisation }
address-asked = jemand möchte auf der Kontoseite von { $user } bei { $organisation }, dass Ihre E-Mails an { $address } gehen. Solange jene Adresse nicht bestätigt ist, ändert sich nichts.
address-subject = Ihre E-Mail-Adresse bei { $organisation } hat sich geändert
address-new = E-Mails zum Konto { $user } bei { $organisation } gehen ab sofort an { $address }. Früher verschickte Links gelten nicht mehr.

## Ein zweiter Faktor ist fällig
due-subject = Richten Sie Ihren zweiten Faktor bei { $organisation } ein
due-subject-until = Richten Sie Ihren zweiten Faktor bei { $organisation } ein, bis { $until }
due-required = { $organisation } verlangt von { $user } einen zweiten Faktor: einen Code von Ihrem Telefon zusätzlich zum Passwort.
due-now = Aufschieben geht nicht: Bei Ihrer nächsten Anmeldung richten Sie ihn ein.
due-days = { $count ->
    [one] Das ist der letzte Tag: Ab { $until } können Sie sich ohne ihn nicht mehr anmelden.
   *[other] Sie haben noch { $count } Tage: Ab { $until } können Sie sich ohne ihn nicht mehr anmelden.
 }
due-link = Jetzt einrichten

## Alarme
breaker-subject = { $provider } will viele Personen bei { $organisation } deaktivieren
breaker-tripped = { $provider } deaktiviert bei { $organisation } in kurzer Zeit mehr Personen, als die Grenze erlaubt. Das kann richtig sein, ein Fehler in den Einstellungen dort, oder jemand hat den Token der Verbindung.
breaker-so-far = Wer innerhalb der Grenze lag, ist deaktiviert. Alle darüber hinaus werden zurückgehalten: Sie können sich anmelden, bis jemand entscheidet. Diese E-Mail bekommen Sie nur einmal, wie viele es auch werden, und Erinnerungen, solange jemand wartet.
breaker-next = Sehen Sie nach, um wen es geht, und lassen Sie die Deaktivierungen dann ausführen, oder lassen Sie die Benutzer aktiv. Wer sicher gegangen ist, lässt sich sofort von Hand deaktivieren.
still-held-subject = Über Deaktivierungen durch { $provider } bei { $organisation } muss noch entschieden werden
still-held = { $count ->
    [one] eine Person bei { $organisation }, die { $provider } deaktivieren will, wird seit dem { $at } zurückgehalten. Sie kann sich anmelden, bis jemand entscheidet.
   *[other] { $count } Personen bei { $organisation }, die { $provider } deaktivieren will, werden zurückgehalten, die erste seit dem { $at }. Sie können sich anmelden, bis jemand entscheidet.
 }
breaker-link = Ansehen und entscheiden
last-holder-subject = { $organisation } hat niemanden mehr mit einer geschützten Rolle
last-holder = der Identitätsanbieter von { $organisation } hat { $name } deaktiviert. Das war die letzte aktive Person mit einer geschützten Rolle.
last-holder-next = Die Anmeldung dieser Person endete sofort; die Rolle ist geblieben. Wer Rollen vergeben darf, oder der Betreiber mit `doorward user set-role`, muss sie jemandem geben, der aktiv ist, damit die Organisation verwaltet werden kann.
flood-subject = Viele Anmeldungen schlagen fehl: { $organisation }
flood = bei { $organisation } sind { $second } Anmeldungen innerhalb einer Sekunde fehlgeschlagen, { $minute } innerhalb der Minute. So schnell rät ein Programm Passwörter; Menschen, die sich vertippen, sind das nicht.
flood-next = Jedes Konto und jede Adresse muss nach wenigen Fehlversuchen schon warten. Sehen Sie im Log und im Auditlog nach, woher die Versuche kommen, und sperren Sie diese Netze vor Doorward aus. Der nächste Brief hierzu kommt frühestens nach einer Minute.

## Verbindungen zu Identitätsanbietern
link-token-subject = { $provider } hat einen neuen Token, erstellt über einen Link
link-token = jemand hat über den Link für die Betreuung des Identitätsanbieters einen Token von { $provider } erstellt. Mit ihm werden Personen und Gruppen an { $organisation } übertragen.
link-token-next = Haben Sie den Link dafür weitergegeben, brauchen Sie nichts zu tun. Wenn nicht, beenden Sie auf der Seite der Verbindung den Token und mit ihm den Link.
token-ends-subject = { $count ->
    [one] Ein Token von { $provider } endet innerhalb eines Tages
   *[other] Ein Token von { $provider } endet in { $count } Tagen
 }
token-ends = der Token { $hint }…, mit dem { $provider } Personen und Gruppen an { $organisation } überträgt, endet am { $until }. Von da an wird jede Anfrage mit ihm abgewiesen: Niemand wird mehr durch ihn hinzugefügt, geändert oder ausgesperrt.
token-ends-next = Erstellen Sie einen neuen Token für die Verbindung und tragen Sie ihn in den Einstellungen des Identitätsanbieters ein. Bis dahin gelten beide. Beenden Sie den alten, sobald der neue benutzt wurde; zu einem Token, der nicht mehr benutzt wird, kommen von selbst keine Warnungen mehr.
open-connection = Die Verbindung öffnen
silent-subject = Von { $provider } war länger nichts zu hören
silent = { $provider } hat seit dem { $at } keine Anfrage mehr an { $organisation } gesendet. Gemeldet wird das nach { $count } Stunden. Bis wieder etwas kommt, behalten Personen, die dort ausscheiden, hier ihren Zugang.
silent-next = Sehen Sie in der Konsole des Identitätsanbieters nach, ob die Bereitstellung dort läuft und was ihr Protokoll sagt. Die üblichen Ursachen: ein Token, der geendet hat, eine andere Adresse oder eine Bereitstellung, die abgeschaltet oder in Quarantäne ist.
silent-usual = Gab es nur nichts zu übertragen, brauchen Sie nichts zu tun. Geben Sie der Verbindung dann mehr Stunden, oder 0, um nichts mehr davon zu hören.
speaks-subject = Von { $provider } ist wieder etwas zu hören
speaks = { $provider } hat wieder eine Anfrage an { $organisation } gesendet, die erste seit dem { $at }. Die Bereitstellung geht weiter, und Sie brauchen nichts zu tun.

## Access reviews
review-subject = Ihre Entscheidung bei { $organisation } ist gefragt: { $name }
review-asked = { $organisation } geht durch, wer was hat, und fragt Sie in der Überprüfung { $name } nach { $count ->
    [one] einem Eintrag
   *[other] { $count } Einträgen
 }. Bitte entscheiden Sie bis { $until }.
review-again-subject = Noch zu entscheiden bei { $organisation }: { $name }
review-again = In der Überprüfung { $name } von { $organisation } { $count ->
    [one] wartet ein Eintrag
   *[other] warten { $count } Einträge
 } auf Ihre Entscheidung. Bitte entscheiden Sie bis { $until }.
review-late-subject = Überfällig bei { $organisation }: { $name }
review-late = Die Überprüfung { $name } von { $organisation } sollte bis { $until } fertig sein, und { $count ->
    [one] ein Eintrag wartet noch
   *[other] { $count } Einträge warten noch
 } auf Ihre Entscheidung. Eine Woche nach diesem Tag endet sie ohne Sie.
review-next = Sagen Sie zu jedem Eintrag, ob er bleibt oder geht. Wenn Sie es nicht wissen, geben Sie ihn an jemanden weiter, der es weiß.
review-link = Überprüfung öffnen
review-missing-subject = Noch keine Überprüfung bei { $organisation } in { $quarter }
review-missing = Es hat sich bewährt, einmal im Quartal durchzugehen, wer was hat, vor allem Rollen, die auf andere wirken. In { $quarter } hat das bei { $organisation } noch niemand getan.
review-missing-link = Eine Überprüfung beginnen

## What should be looked at
failing-subject = Bei { $organisation } schlagen viele Anmeldungen fehl
failing-user = Innerhalb einer Stunde sind { $count } Anmeldungen als { $name } bei { $organisation } fehlgeschlagen.
failing-address = Innerhalb einer Stunde sind { $count } Anmeldungen von der Adresse { $from } bei { $organisation } fehlgeschlagen.
failing-all = Innerhalb einer Stunde sind { $count } Anmeldungen von Personen von { $organisation } fehlgeschlagen.
failing-next = Entweder hat jemand ein Passwort vergessen, oder jemand probiert Passwörter aus. Rateversuche werden schon gebremst; sehen Sie nach, wem sie gelten, und fragen Sie diese Personen.
failing-link = Fehlgeschlagene Anmeldungen ansehen
still-here-subject = { $name } sollte bei { $organisation } keinen Zugang mehr haben
still-here = Die Zeit von { $name } bei { $organisation } endete am { $at }, vor mehr als einem Tag, und der Zugang ist nicht zu Ende.
still-here-provider = Ein Identitätsanbieter führt diese Person, also endet der Zugang dort. Wenn er sofort enden soll, deaktivieren Sie die Person auch hier.
still-here-last = Diese Person hat als letzte eine geschützte Rolle. Geben Sie die Rolle jemand anderem, dann endet der Zugang von selbst.
still-here-link = Person öffnen
deleted-subject = { $organisation } wird gelöscht
deleted = wer Doorward betreibt, hat { $organisation } gelöscht. Niemand davon kann sich noch anmelden, und von ihren Identitätsanbietern wird nichts mehr angenommen.
deleted-until = Bis { $until } lässt sie sich wiederherstellen, wie sie war; fragen Sie, wer Doorward betreibt. Danach wird alles, was sie hatte, entfernt und lässt sich nicht zurückholen.
break-glass-subject = Das Notfallkonto { $name } von { $organisation } wird benutzt
break-glass-used = jemand hat sich am { $at } als { $name } bei { $organisation } angemeldet, von { $address } aus. Das ist ein Notfallkonto, für den Tag, an dem sonst niemand hineinkommt.
break-glass-failed = jemand hat am { $at } das richtige Passwort von { $name } bei { $organisation } angegeben, von { $address } aus, aber nicht den zweiten Faktor. Das ist ein Notfallkonto, für den Tag, an dem sonst niemand hineinkommt.
break-glass-next = Wenn Sie nicht wissen, warum, sperren Sie das Konto sofort, geben Sie ihm ein anderes Passwort, und sehen Sie im Protokoll nach, was es getan hat.
break-glass-link = Notfallkonten öffnen
stream-subject = Das Protokoll von { $organisation } kommt bei { $name } nicht an
stream-fails = Seit { $at } ist bei { $name } nichts vom Protokoll von { $organisation } angekommen. Nichts geht verloren: Alles wartet in seiner Reihenfolge und wird gesendet, sobald es angenommen wird. Versucht wird es mindestens alle 15 Minuten.
stream-paused = { $name }, wohin das Protokoll von { $organisation } gesendet wird, hat geantwortet, dass nichts mehr gewünscht ist. Der Strom pausiert; nichts geht verloren, und was von jetzt an geschieht, wartet.
stream-why = Die letzte Antwort: { $why }
stream-next = Sehen Sie beim Empfänger nach, oder geben Sie dem Strom eine andere Adresse. Was älter ist, als die Richtlinie aufbewahrt, geht auch ungesendet; der Empfänger erfährt dann, welche Nummern fehlen.
stream-link = Strom öffnen
export-subject = Der Teil des Protokolls von { $organisation }, den Sie wollten, ist fertig
export-ready = Der Teil des Protokolls von { $organisation }, den Sie wollten, liegt als Datei bereit, mit einem signierten Manifest, das sie beweist.
export-until = Er wird bis { $until } aufbewahrt. Die Datei ist nicht in dieser E-Mail: Wer sie holt, meldet sich zuerst an.
export-link = Vorbereitete Dateien öffnen
