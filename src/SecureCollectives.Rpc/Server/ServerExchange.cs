using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>The HTTP side of one call on the server: body pipes, headers and trailers.</summary>
internal sealed class ServerExchange
{
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _responseBody;
    private readonly IHttpResponseTrailersFeature _trailers;
    private readonly PipeReader _requestBody;
    private readonly RpcServerOptions _options;
    private bool _headersApplied;

    public ServerExchange(IFeatureCollection features, RpcServerCall call, RpcServerOptions options)
    {
        Call = call;
        _options = options;
        _response = features.GetRequiredFeature<IHttpResponseFeature>();
        _responseBody = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _trailers = features.GetRequiredFeature<IHttpResponseTrailersFeature>();
        _requestBody = features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
    }

    public RpcServerCall Call { get; }

    public RpcRequestReader<T> Requests<T>(MessageParser<T> parser)
        where T : class, IMessage<T> =>
        new(new MessageReader<T>(_requestBody, parser, _options.MaxReceiveMessageSize), Call, _options.MaxReceiveMessageSize);

    /// <summary>Puts a message into the body without flushing: the last one leaves together with the trailers.</summary>
    public void Write(IMessage message)
    {
        Call.CancellationToken.ThrowIfCancellationRequested();
        ApplyHeaders();
        if (!MessageFormat.TryWrite(_responseBody.Writer, message, _options.MaxSendMessageSize))
        {
            throw new RpcException(
                RpcStatusCode.ResourceExhausted,
                $"A response message of {Call.Method} exceeds the {_options.MaxSendMessageSize} bytes that may be sent.");
        }
    }

    public async Task FlushAsync()
    {
        ApplyHeaders();
        await _responseBody.Writer.FlushAsync(Call.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Sets the status: as trailers after a body, or in the headers of a response that has none ("Trailers-Only"). Kestrel
    /// sends it when the request ends.
    /// </summary>
    public void Finish(RpcStatusCode code, string message)
    {
        bool trailersOnly = !_headersApplied;
        if (trailersOnly)
        {
            ApplyHeaders();
        }

        IHeaderDictionary target = trailersOnly ? _response.Headers : _trailers.Trailers;
        target[GrpcProtocol.StatusHeader] = StatusMapping.ToWire(code);
        if (message.Length > 0)
        {
            target[GrpcProtocol.MessageHeader] = StatusMessage.Encode(message);
        }

        Append(target, Call.ResponseTrailers);
    }

    private void ApplyHeaders()
    {
        if (_headersApplied)
        {
            return;
        }

        _headersApplied = true;
        _response.Headers[GrpcProtocol.ContentTypeHeader] = GrpcProtocol.ContentType;
        _response.Headers[GrpcProtocol.AcceptEncodingHeader] = GrpcProtocol.IdentityEncoding;
        Append(_response.Headers, Call.ResponseHeaders);
    }

    private static void Append(IHeaderDictionary target, RpcMetadata metadata)
    {
        foreach (RpcMetadataEntry entry in metadata)
        {
            target.Append(entry.Name, entry.WireValue);
        }
    }
}
