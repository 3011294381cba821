using System.Net;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace MigrationPlans.Aws.ThinClients.Rds;

/// <summary>Reads the <c>…Result</c> element of an answer.</summary>
/// <param name="action">Names the answer's root. A proxy's page with status 200 has another one, and would otherwise look like "nothing there".</param>
internal sealed class RdsUnmarshaller(string action, Func<XElement, AmazonWebServiceResponse> read) : XmlResponseUnmarshaller
{
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input)
    {
        try
        {
            using var reader = XmlReader.Create(input.Stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            var root = XDocument.Load(reader).Root!;
            if (root.Name.LocalName != $"{action}Response")
            {
                throw new AmazonUnmarshallingException("the answer is none of RDS", null, null, input.ResponseData.StatusCode);
            }

            var result = root.Elements().FirstOrDefault(element => element.Name.LocalName.EndsWith("Result", StringComparison.Ordinal)) ?? root;
            var response = read(result);
            response.ResponseMetadata = new ResponseMetadata { RequestId = root.Child("ResponseMetadata")?.Text("RequestId") };
            return response;
        }
        catch (XmlException exception)
        {
            throw new AmazonUnmarshallingException("the answer of RDS is not XML", null, exception, input.ResponseData.StatusCode);
        }
    }

    public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var error = XmlErrorResponseUnmarshaller.GetInstance().Unmarshall(input);
        return new AmazonRDSException(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
    }
}
