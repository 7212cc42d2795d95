using Microsoft.Extensions.Logging;
using SecureCollectives.Launchers;

namespace SecureCollectives;

/// <summary>Reads job options from environment variables that a launcher or a user has set.</summary>
internal static class JobEnvironment
{
    /// <summary>Reads the options. Missing settings alone are not an error here, because the program may still set them.</summary>
    /// <param name="read">Returns the value of a variable; null if it is not set.</param>
    /// <exception cref="MembershipException">
    /// Variables are malformed or contradict each other. The message names them and any missing settings.
    /// </exception>
    public static JobOptions Read(Func<string, string?> read)
    {
        var variables = new EnvironmentReader(read);
        var options = new JobOptions();
        SetPlace(options, JobPlace.Resolve(variables));
        options.JobName = variables.Text("SECURE_COLLECTIVES_JOB");
        options.CertificatePath = variables.Text("SECURE_COLLECTIVES_CERTIFICATE") ?? options.CertificatePath;
        options.KeyPath = variables.Text("SECURE_COLLECTIVES_KEY") ?? options.KeyPath;
        options.AuthorityPath = variables.Text("SECURE_COLLECTIVES_CA") ?? options.AuthorityPath;
        options.IdentityTemplate = variables.Text("SECURE_COLLECTIVES_IDENTITY_TEMPLATE");
        options.IdentitiesPath = variables.Text("SECURE_COLLECTIVES_IDENTITIES");
        options.AdvertisedAddress = variables.Text("SECURE_COLLECTIVES_ADVERTISED_ADDRESS");
        options.BindAddress = variables.Text("SECURE_COLLECTIVES_BIND_ADDRESS");
        options.Port = variables.Number("SECURE_COLLECTIVES_PORT") ?? options.Port;
        options.PortRange = variables.Text("SECURE_COLLECTIVES_PORT_RANGE");
        options.AllowPlaintext = variables.Switch("SECURE_COLLECTIVES_ALLOW_PLAINTEXT");
        options.UnauthenticatedPerSource = variables.Number("SECURE_COLLECTIVES_UNAUTHENTICATED_PER_SOURCE");
        options.Engine = variables.Choice(
            "SECURE_COLLECTIVES_AEAD_ENGINE", "openssl or ipsec-mb, or not set",
            ("openssl", CipherEngine.OpenSsl), ("ipsec-mb", CipherEngine.IpsecMb)) ?? CipherEngine.Automatic;
        options.LocalTransport = variables.Choice(
            "SECURE_COLLECTIVES_LOCAL_TRANSPORT", "memory or tcp, or not set",
            ("memory", LocalTransport.Memory), ("tcp", LocalTransport.Tcp)) ?? LocalTransport.Automatic;
        options.LogFrom = variables.Choice(
            "SECURE_COLLECTIVES_LOG", "trace, debug, information, warning or error, or not set",
            ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("information", LogLevel.Information), ("warning", LogLevel.Warning),
            ("error", LogLevel.Error));
        options.JoinTimeout = variables.Number("SECURE_COLLECTIVES_JOIN_TIMEOUT") is { } seconds
            ? TimeSpan.FromSeconds(seconds) : options.JoinTimeout;
        if (variables.Problems.Count > 0)
        {
            // A malformed variable also counts as a missing setting, but must be reported only once.
            var others = JobOptionsProblems.Find(options)
                .Where(problem => !variables.Reported.Any(name => problem.Contains($"({name})", StringComparison.Ordinal)));
            throw ConfigurationProblems.ToException([.. variables.Problems, .. others]);
        }

        return options;
    }

    private static void SetPlace(JobOptions options, LaunchedPlace place)
    {
        options.Place = place;
        options.Rank = place.Rank ?? 0;
        options.WorldSize = place.WorldSize ?? 0;
        options.LocalRank = place.LocalRank;
        options.LocalWorldSize = place.LocalWorldSize ?? 0;
        options.MasterAddress = place.MasterAddress ?? string.Empty;
        options.MasterPort = place.MasterPort ?? 0;
        options.RunId = place.RunId ?? string.Empty;
    }
}
