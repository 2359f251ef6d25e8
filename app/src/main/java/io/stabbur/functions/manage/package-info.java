/// What operators and the management API do with functions: deploying, rolling back, secrets, logs.
/// Start at [Deployer].
@NullMarked
package io.stabbur.functions.manage;

import org.jspecify.annotations.NullMarked;
