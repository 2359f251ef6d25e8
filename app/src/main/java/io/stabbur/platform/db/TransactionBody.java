package io.stabbur.platform.db;

/// Work inside one transaction; an exception rolls it back.
@FunctionalInterface
public interface TransactionBody<T> {
  T run(Transaction transaction);
}
