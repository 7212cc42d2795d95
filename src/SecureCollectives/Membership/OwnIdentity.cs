using Microsoft.Extensions.Logging;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>Opens the identity with which a worker joins its job.</summary>
internal static class OwnIdentity
{
    /// <summary>The interval at which the files are reread while waiting, since a valid certificate may have replaced them.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Opens the identity. If its certificate is not valid yet, because the issuer's clock is ahead of this host's, waits until it is.
    /// </summary>
    /// <exception cref="MembershipException">The identity does not become usable within the limit.</exception>
    public static async Task<IdentitySource> OpenAsync(JobOptions options, JoinLimit limit, ILogger logger)
    {
        var map = OpenMap(options);
        var isAwaited = false;
        InvalidIdentityException? reason = null;
        try
        {
            while (true)
            {
                try
                {
                    return Open(options, map, logger);
                }
                catch (InvalidIdentityException exception) when (exception.ValidFrom is { } validFrom)
                {
                    reason = exception;
                    var wait = validFrom - options.CertificateClock.GetUtcNow();
                    if (wait > limit.Remaining)
                    {
                        throw new MembershipException(
                            MembershipError.Identity, $"{exception.Message} The join's time limit, {limit}, ends before.", exception);
                    }

                    if (!isAwaited)
                    {
                        Log.OwnCertificateIsAwaited(logger, validFrom, exception.Message);
                        isAwaited = true;
                    }

                    await limit.DelayAsync(Pause(wait)).ConfigureAwait(false);
                }
            }
        }
        catch (InvalidIdentityException exception)
        {
            throw new MembershipException(MembershipError.Identity, exception.Message, exception);
        }
        catch (OperationCanceledException) when (limit.IsOver)
        {
            throw new MembershipException(MembershipError.Identity, $"{reason!.Message} This worker waited for {limit}.", reason);
        }
    }

    /// <summary>
    /// Returns the pause before the next attempt: at least a millisecond, because the clock may still show the same tick. The wait is
    /// negative if the certificate has become valid since it was checked.
    /// </summary>
    private static TimeSpan Pause(TimeSpan wait) =>
        wait > CheckInterval ? CheckInterval : (wait > TimeSpan.Zero ? wait : TimeSpan.Zero) + TimeSpan.FromMilliseconds(1);

    private static IdentityMap OpenMap(JobOptions options)
    {
        try
        {
            return IdentityMapSource.Open(options.IdentityTemplate, options.IdentitiesPath, options.WorldSize, options.JobName);
        }
        catch (InvalidIdentityException exception)
        {
            throw new MembershipException(MembershipError.Configuration, exception.Message, exception);
        }
    }

    /// <summary>Opens the identity as it is now, without waiting.</summary>
    /// <exception cref="InvalidIdentityException">The files do not currently form a valid identity.</exception>
    /// <exception cref="MembershipException">The identity belongs to another worker, or the rank map is unusable.</exception>
    public static IdentitySource Open(JobOptions options, ILogger logger) => Open(options, OpenMap(options), logger);

    private static IdentitySource Open(JobOptions options, IdentityMap map, ILogger logger)
    {
        var files = new IdentityFiles(options.CertificatePath, options.KeyPath, options.AuthorityPath);
        var identity = IdentitySource.Open(files, options.CertificateClock, logger, map);
        if (identity.Worker.Rank == options.Rank && (options.JobName is null || identity.Worker.Job == options.JobName))
        {
            LogMap(logger, identity.Worker);
            return identity;
        }

        identity.Dispose();
        throw new MembershipException(
            MembershipError.Configuration,
            $"The certificate '{options.CertificatePath}' is for rank {identity.Worker.Rank} of job '{identity.Worker.Job}', "
                + $"but this worker was started as rank {options.Rank}"
            + (options.JobName is null ? "." : $" of job '{options.JobName}'.") + " Give it its own certificate.");
    }

    private static void LogMap(ILogger logger, WorkerId self)
    {
        if (self.Map.Fingerprint is { } fingerprint)
        {
            Log.IdentitiesAreMapped(logger, self.Map.Form, fingerprint);
        }

        if (!self.Map.NamesJob)
        {
            Log.IdentitiesNameNoJob(logger, self.Job);
        }
    }
}
