use super::*;

/// Takes so many bytes and then none.
struct Narrow {
    taken: Vec<u8>,
    left: usize,
}

impl Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let some = &bytes[..bytes.len().min(self.left)];
        if some.is_empty() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.taken.extend(some);
        self.left -= some.len();
        Ok(some.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_broke_off_within_a_line_ends_before_the_next_one() {
    let (mut out, mut is_torn) = (Narrow { taken: Vec::new(), left: 4 }, false);

    let refused = put(&mut out, &mut is_torn, b"{\"a\":1}\n{\"b\":2}\n");
    let was_torn = is_torn;
    out.left = 100;
    put(&mut out, &mut is_torn, b"{\"a\":1}\n{\"b\":2}\n").unwrap();
    put(&mut out, &mut is_torn, b"{\"c\":3}\n").unwrap();

    assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    assert!(was_torn && !is_torn);
    assert_eq!(String::from_utf8(out.taken).unwrap(), "{\"a\"\n{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
}
