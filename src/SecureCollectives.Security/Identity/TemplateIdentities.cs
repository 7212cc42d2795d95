using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// Identities from a template such as <c>spiffe://td/ns/ml/job/{job}/rank-{rank}</c>, which contains <c>{rank}</c> once and <c>{job}</c> at
/// most once.
/// </summary>
/// <remarks>
/// The map is one-to-one: a rank consists of digits, and at least one character between the two placeholders is not a digit, so an identity
/// can be split in only one way: at the last separator if the rank comes last, at the first separator if it comes first.
/// </remarks>
internal sealed class TemplateIdentities : IdentityMap
{
    private const string RankPlaceholder = "{rank}";
    private const string JobPlaceholder = "{job}";
    private const int MaxRankLength = 10;

    private readonly string _template;
    private readonly string _job;
    private readonly string _prefix;
    private readonly string _suffix;

    /// <summary>The text between the placeholders; null if there is only one.</summary>
    private readonly string? _separator;
    private readonly bool _jobComesFirst;

    private TemplateIdentities(string template, string job)
    {
        _template = template;
        _job = job;
        TrustDomain = SpiffeUri.TrustDomainOf(template);
        var rankAt = template.IndexOf(RankPlaceholder, StringComparison.Ordinal);
        var jobAt = template.IndexOf(JobPlaceholder, StringComparison.Ordinal);
        NamesJob = jobAt >= 0;
        _jobComesFirst = NamesJob && jobAt < rankAt;
        var (firstAt, firstEnd) = _jobComesFirst
            ? (jobAt, jobAt + JobPlaceholder.Length) : (rankAt, rankAt + RankPlaceholder.Length);
        var (lastAt, lastEnd) = NamesJob && !_jobComesFirst
            ? (jobAt, jobAt + JobPlaceholder.Length) : (rankAt, rankAt + RankPlaceholder.Length);
        _prefix = template[..firstAt];
        _separator = NamesJob ? template[firstEnd..lastAt] : null;
        _suffix = template[lastEnd..];
    }

    public override bool NamesJob { get; }

    public override string TrustDomain { get; }

    public override string Form => $"of the form '{PrintableText.Of(_template)}'";

    public override string Fingerprint => FingerprintOf(["template", _template]);

    /// <summary>Parses a template.</summary>
    /// <param name="template">The template's text.</param>
    /// <param name="job">This worker's job; required if the template does not contain <c>{job}</c>.</param>
    /// <exception cref="InvalidIdentityException">The text is not a template, or two workers could share an identity.</exception>
    public static TemplateIdentities Parse(string template, string? job)
    {
        var shown = PrintableText.Of(template);
        Require(template.Length + WorkerId.MaxJobLength + MaxRankLength <= SpiffeUri.MaxLength,
            $"has {template.Length} characters, which leaves no room for a job and a rank in the {SpiffeUri.MaxLength} of a SPIFFE ID");
        var ranks = Count(RankPlaceholder);
        Require(ranks != 0,
            "lacks {rank}: all workers would have one identity, and each of them could pass for any rank, "
                + "read data meant for that rank and answer in its place. Give each worker its own certificate with its rank in the URI, "
                + "and write {rank} in its place; if the URIs contain no rank, list them in a file (SECURE_COLLECTIVES_IDENTITIES)");
        Require(ranks == 1, "has {rank} more than once; write it once");
        var jobs = Count(JobPlaceholder);
        Require(jobs <= 1, "has {job} more than once; write it once, or leave it out");
        var plain = template.Replace(RankPlaceholder, "0", StringComparison.Ordinal).Replace(
            JobPlaceholder, "job", StringComparison.Ordinal);
        Require(plain.AsSpan().IndexOfAny('{', '}') < 0, "has a brace outside {rank} and {job}; there are no other placeholders");
        var fault = SpiffeUri.Fault(plain);
        Require(fault is null, fault ?? string.Empty);
        Require(!SpiffeUri.TrustDomainOf(template).Contains('{', StringComparison.Ordinal),
            "has a placeholder in its trust domain; write the trust domain out");
        if (jobs == 0)
        {
            Require(!string.IsNullOrEmpty(job), "names no job; set the job's name as well (SECURE_COLLECTIVES_JOB), "
                + "to the same value on all workers: it keeps the sessions of different jobs apart");
            Require(WorkerId.IsJob(job), $"names no job, and '{PrintableText.Of(job ?? string.Empty)}' is not a job name: "
                + $"use 1 to {WorkerId.MaxJobLength} of a-z, 0-9, '.', '-' and '_'");
        }

        var map = new TemplateIdentities(template, job ?? string.Empty);
        Require(map._separator is null || map._separator.Any(c => !char.IsAsciiDigit(c)),
            "has nothing but digits between {job} and {rank}: job 'a' with rank 12 and job 'a1' with rank 2 would share an identity. "
                + "Separate them with '/' or '-'");
        return map;

        int Count(string placeholder) => template.Split(placeholder).Length - 1;

        void Require([DoesNotReturnIf(false)] bool condition, string fault)
        {
            if (!condition)
            {
                throw new InvalidIdentityException($"The identity template '{shown}' {fault}.");
            }
        }
    }

    public override bool TryRead([NotNullWhen(true)] string? uri, [NotNullWhen(true)] out WorkerId? worker)
    {
        worker = null;
        if (uri is null || uri.Length > SpiffeUri.MaxLength || uri.Length < _prefix.Length + _suffix.Length
            || !uri.StartsWith(_prefix, StringComparison.Ordinal) || !uri.EndsWith(_suffix, StringComparison.Ordinal))
        {
            return false;
        }

        var middle = uri.AsSpan(_prefix.Length, uri.Length - _prefix.Length - _suffix.Length);
        var rankText = middle;
        var job = _job.AsSpan();
        if (_separator is not null)
        {
            var at = _jobComesFirst ? middle.LastIndexOf(_separator) : middle.IndexOf(_separator);
            if (at < 0)
            {
                return false;
            }

            var first = middle[..at];
            var last = middle[(at + _separator.Length)..];
            rankText = _jobComesFirst ? last : first;
            job = _jobComesFirst ? first : last;
        }

        if (!WorkerId.TryParseRank(rankText, out var rank) || !WorkerId.IsJob(job))
        {
            return false;
        }

        worker = new WorkerId(this, uri, TrustDomain, job.ToString(), rank);
        return true;
    }

    public override WorkerId Create(string trustDomain, string job, int rank)
    {
        ArgumentNullException.ThrowIfNull(trustDomain);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        if (trustDomain != TrustDomain)
        {
            throw new ArgumentException(
                $"The identity template is for trust domain '{TrustDomain}', not '{trustDomain}'.", nameof(trustDomain));
        }

        if (!WorkerId.IsJob(job) || (!NamesJob && job != _job))
        {
            throw new ArgumentException($"'{job}' is not a job name, or not this job's.", nameof(job));
        }

        var uri = _template
            .Replace(RankPlaceholder, rank.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace(JobPlaceholder, job, StringComparison.Ordinal);
        return new WorkerId(this, uri, trustDomain, job, rank);
    }
}
