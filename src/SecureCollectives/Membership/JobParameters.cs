using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>The parameters that must be the same for all workers of a job. Rank 0 compares them when a worker joins.</summary>
internal static class JobParameters
{
    /// <summary>Returns a worker's parameters. They include the job's name if the certificates do not.</summary>
    /// <param name="options">The worker's options.</param>
    /// <param name="self">The worker's identity.</param>
    public static ParameterList Of(JobOptions options, WorkerId self)
    {
        List<(string Name, object Value)> parameters =
            [("protocol", LinkTranscript.ProtocolVersion), ("world-size", options.WorldSize)];
        if (self.Map.Fingerprint is { } fingerprint)
        {
            parameters.Add(("identities", fingerprint));
        }

        if (!self.Map.NamesJob)
        {
            parameters.Add(("job", self.Job));
        }

        return new ParameterList([.. parameters]);
    }
}
