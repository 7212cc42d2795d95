namespace SecureCollectives.Cli.Doctor;

/// <summary>How serious a finding is.</summary>
internal enum Health
{
    /// <summary>Nothing is wrong.</summary>
    Good,

    /// <summary>A job can start, but is likely to be slow or to fail later.</summary>
    Warning,

    /// <summary>A job cannot start, or would not be safe.</summary>
    Problem,
}
