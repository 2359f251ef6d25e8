/// The `stabbur` command: one class per subcommand, exit code 0 or not, errors in one sentence.
@NullMarked
package io.stabbur.cli;

import org.jspecify.annotations.NullMarked;
