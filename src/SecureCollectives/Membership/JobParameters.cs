using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>The parameters that all workers of a job must have in common; rank 0 compares them when a worker joins.</summary>
internal static class JobParameters
{
    /// <summary>Returns the parameters of a worker. Where the certificates do not name the job, they include its name.</summary>
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
