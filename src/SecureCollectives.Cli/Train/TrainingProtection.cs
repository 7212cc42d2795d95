namespace SecureCollectives.Cli.Train;

/// <summary>How the gradients travel: sealed chunk by chunk, or readable by anyone on the wire.</summary>
internal enum TrainingProtection
{
    // The default of the option, by being first.
    Aead,
    Plaintext,
}
