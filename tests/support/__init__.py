"""What several tests share: cases, generators of programs, and other libraries."""
