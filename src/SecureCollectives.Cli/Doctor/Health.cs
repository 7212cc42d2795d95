namespace SecureCollectives.Cli.Doctor;

/// <summary>How bad a finding is.</summary>
internal enum Health
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>A job can start, but something is likely to surprise.</summary>
    Warning,

    /// <summary>A job cannot start, or not safely.</summary>
    Problem,
}
